// Runs simulated worlds by their seeds: npm run sim -- --seeds 2000 --seed 1. A world that goes wrong is told as its minimal story.
// Options: --seeds N (how many), --seed S (the first), --story (tell the story of every seed), --mutation NAME (break the engine).
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Coverage } from '../test/simulation/coverage.ts';
import { mutations } from '../test/simulation/mutation.ts';
import { rejected, runSeed, runWorld, tell } from '../test/simulation/simulation.ts';
import { makeWorldOptions } from '../test/simulation/setup.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    mutation: { type: 'string', default: 'none' },
    failures: { type: 'string', default: '1' },
    story: { type: 'boolean', default: false },
    raw: { type: 'boolean', default: false },
  },
});

const mutation = mutations.find(({ name }) => name === values.mutation);
if (mutation === undefined)
  throw new Error(`no mutation '${values.mutation}': ${mutations.map(({ name }) => name).join(', ')}`);
process.on('unhandledRejection', rejected);

const first = Number(values.seed);
const count = Number(values.seeds);
const total = new Coverage();
const failed: number[] = [];
const begun = performance.now();
const cpu = process.cpuUsage();
for (let seed = first; seed < first + count && failed.length < Number(values.failures); seed += 1) {
  if (values.raw) {
    const lines: string[] = [];
    const result = await runWorld(makeWorldOptions(seed, mutation), undefined, lines);
    console.log(lines.join('\n'));
    console.log(result.violation);
    continue;
  }
  const { violation, coverage } = await runSeed(seed, mutation);
  total.add(coverage);
  if (violation !== undefined) {
    failed.push(seed);
    console.log(
      `seed ${seed}: ${violation.invariant}: ${violation.detail
        .split('\n')
        .filter((line) => !line.includes('test/simulation'))
        .slice(0, 3)
        .join(' ')}`,
    );
  }
}
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpu);
const cpuSeconds = (user + system) / 1e6;
if (values.story || count === 1) {
  for (const seed of failed.length > 0 ? failed : [first]) {
    const story = await tell(seed, mutation);
    if (story === undefined) {
      console.log(`seed ${seed} holds`);
      continue;
    }
    console.log(
      `\nThe story of seed ${seed}, with ${story.executions.join(', ')} and ${story.strikes.join(', ') || 'no fault'}:`,
    );
    console.log(story.lines.join('\n'));
  }
}
for (const line of total.report()) console.log(line);
console.log(
  `\n${seconds.toFixed(1)} s: ${Math.round(total.seeds / seconds)} worlds a second, ${Math.round(total.seeds / cpuSeconds)} a second of processor time; ` +
    `${failed.length} went wrong${failed.length === 0 ? '' : `: seeds ${failed.join(', ')}`}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
