// Runs simulated worlds by their seeds: npm run sim -- --seeds 2000 --seed 1. A world that goes wrong is told as its minimal story.
// Options: --seeds N (how many), --seed S (the first), --story (tell the story of every seed), --raw (all of it, not made minimal),
// --mutation NAME (break the engine), --failures N (stop after so many), --jobs N (processes; as many as there are cores).
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Coverage } from '../test/simulation/coverage.ts';
import { type Mutation, mutations } from '../test/simulation/mutation.ts';
import { rejected, runSeed, runWorld, tell } from '../test/simulation/simulation.ts';
import { makeWorldOptions } from '../test/simulation/setup.ts';

/** Worlds of one process: Node keeps some of each, whatever is let go of (signals that were made of others). */
const batch = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    mutation: { type: 'string', default: 'none' },
    failures: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    story: { type: 'boolean', default: false },
    raw: { type: 'boolean', default: false },
    /** The last line is what was found, as JSON: for the process that started this one. */
    part: { type: 'boolean', default: false },
  },
});

const mutation = mutations.find(({ name }) => name === values.mutation);
if (mutation === undefined)
  throw new Error(`no mutation '${values.mutation}': ${mutations.map(({ name }) => name).join(', ')}`);
process.on('unhandledRejection', rejected);

const first = Number(values.seed);
const count = Number(values.seeds);
const failuresMax = Number(values.failures);

if (values.raw) await printRaw(first, mutation);
else if (values.part) {
  const { failed, coverage } = await runHere(first, count, mutation);
  console.log(JSON.stringify({ failed, coverage: coverage.write() }));
} else await runAll(mutation);

interface Found {
  readonly failed: number[];
  readonly coverage: Coverage;
}

async function runAll(broken: Mutation): Promise<void> {
  const begun = performance.now();
  const { failed, coverage } = count > batch ? await runInParts() : await runHere(first, count, broken);
  const seconds = (performance.now() - begun) / 1000;
  if (values.story || count === 1)
    for (const seed of failed.length > 0 ? failed : [first]) await printStory(seed, broken);
  for (const line of coverage.report()) console.log(line);
  console.log(
    `\n${seconds.toFixed(1)} s: ${Math.round(coverage.seeds / seconds)} worlds a second; ` +
      `${failed.length} went wrong${failed.length === 0 ? '' : `: seeds ${failed.join(', ')}`}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

async function runHere(from: number, seeds: number, broken: Mutation): Promise<Found> {
  const coverage = new Coverage();
  const failed: number[] = [];
  for (let seed = from; seed < from + seeds && failed.length < failuresMax; seed += 1) {
    const result = await runSeed(seed, broken);
    coverage.add(result.coverage);
    if (result.violation === undefined) continue;
    failed.push(seed);
    const { invariant, detail } = result.violation;
    const lines = detail.split('\n').filter((line) => !line.includes('test/simulation'));
    console.log(`seed ${seed}: ${invariant}: ${lines.slice(0, 3).join(' ')}`);
  }
  return { failed, coverage };
}

/** In processes of their own, as many at once as were asked for. */
async function runInParts(): Promise<Found> {
  const coverage = new Coverage();
  const failed: number[] = [];
  let next = first;
  const work = async (): Promise<void> => {
    while (next < first + count && failed.length < failuresMax) {
      const from = next;
      next += batch;
      const part = await runPart(from, Math.min(batch, first + count - from));
      coverage.add(part.coverage);
      failed.push(...part.failed);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work));
  return { failed: failed.toSorted((a, b) => a - b), coverage };
}

async function runPart(from: number, seeds: number): Promise<Found> {
  const { mutation: broken, failures } = values;
  const args = [
    '--part',
    '--seed',
    `${from}`,
    '--seeds',
    `${seeds}`,
    '--mutation',
    broken,
    '--failures',
    failures,
  ];
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  let last: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('seed ')) console.log(line);
    else last = line;
  }
  const code = await ended;
  if (code !== 0 || last === undefined) throw new Error(`the worlds from ${from} on ended with code ${code}`);
  const found = JSON.parse(last) as { failed: number[]; coverage: string };
  return { failed: found.failed, coverage: Coverage.parse(found.coverage) };
}

async function printRaw(seed: number, broken: Mutation): Promise<void> {
  const lines: string[] = [];
  const result = await runWorld(makeWorldOptions(seed, broken), undefined, lines);
  console.log(lines.join('\n'));
  console.log(result.violation);
}

async function printStory(seed: number, broken: Mutation): Promise<void> {
  const story = await tell(seed, broken);
  if (story === undefined) {
    console.log(`seed ${seed} holds`);
    return;
  }
  const strikes = story.strikes.join(', ') || 'no fault';
  console.log(`\nThe story of seed ${seed}, with ${story.executions.join(', ')} and ${strikes}:`);
  console.log(story.lines.join('\n'));
}
