// Chaos: workerd under load, killed again and again; in the end every acknowledged event was done, and done once.
// `npm run chaos -- --seconds 60 --seed S --rate 12`. Exit code 0 where all holds, 1 with a sentence for each promise that was broken.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figuresOf } from './chaos/figure.ts';
import { runChaos } from './chaos/run.ts';
import { judge } from './chaos/verdict.ts';
import { bold, say, tint } from './demo/terminal.ts';
import { buildBundle } from './local/bundle.ts';
import { exitOnSignals } from './local/child.ts';
import { makeTempFolder } from './local/temp-folder.ts';

/** Events a second: the shipped source takes 20. */
const rateMax = 19;
const secondsMax = 600;
/** Sentences that are told of what is broken; the others are counted. */
const toldMax = 20;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    rate: { type: 'string', default: '12' },
    refusals: { type: 'string', default: '0' },
  },
});

exitOnSignals();
try {
  process.exitCode = await chaos();
} catch (error) {
  say(`${tint('bad', '✘')}  ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

async function chaos(): Promise<number> {
  const seconds = readNumber('seconds', values.seconds, 1, secondsMax);
  const seed = readNumber('seed', values.seed, 0, 2 ** 31);
  const rate = readNumber('rate', values.rate, 1, rateMax);
  const refusals = readNumber('refusals', values.refusals, 0, 5);
  say(`${bold('Chaos')} · ${rate} events a second for ${seconds} s, SIGKILL every 1 to 5 s · --seed ${seed}`);
  const { path: folder } = makeTempFolder();
  const bundle = await buildBundle(join(folder, 'bundle'));
  const note = (sentence: string): void => say(tint('dim', `   ${sentence}`));
  const evidence = await runChaos({ bundle, seed, seconds, rate, refusals, note });

  say();
  for (const [name, text] of figuresOf(evidence)) say(`   ${name.padEnd(20)} ${text}`);
  say();
  const broken = judge(evidence);
  for (const sentence of broken.slice(0, toldMax)) say(`${tint('bad', '✘')}  ${sentence}`);
  if (broken.length > 0) {
    say(`${tint('bad', '✘')}  ${bold(`${broken.length} promises broken`)} · again: --seed ${seed}`);
    return 1;
  }
  say(`${tint('good', '✔')}  ${bold('Every acknowledged event was done, and done once')} · --seed ${seed}`);
  return 0;
}

/** @throws {Error} where it is not a whole number within the bounds. */
function readNumber(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Error(
    `Cannot read --${name} as it must be a whole number from ${min} to ${max}: current value is ${text}`,
  );
}
