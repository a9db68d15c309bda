// Part: one question of the benchmark, and the form of its answers: ratios within one run, as absolute numbers are the machine's.
import type { Asked } from './connection.ts';
import type { Contender } from './contender/contender.ts';
import type { Floor } from './contender/floor.ts';
import type { Signalbox } from './contender/signalbox.ts';
import { median } from './statistic.ts';

/** What stands ready for every part. */
export interface Stage {
  readonly signalbox: Signalbox;
  readonly floor: Floor;
  readonly cloudflare: Contender;
  /** Where it is installed. */
  readonly restate: Contender | undefined;
  /** Starts one more Signalbox, with a storage of its own. */
  readonly another: () => Promise<Signalbox>;
  /** Is removed in the end. */
  readonly folder: string;
  /** Tells what is going on. */
  readonly say: (text: string) => void;
}

export interface Finding {
  readonly what: string;
  /** The numbers in words. */
  readonly numbers: string;
  readonly measured?: number;
  /** What it is counted in; a ratio where there is none. */
  readonly unit?: 'ms' | 'KiB';
  /** What it must be. */
  readonly bar?: { readonly least: number } | { readonly most: number };
}

export type Part = (stage: Stage) => Promise<readonly Finding[]>;

export function isMet({ measured, bar }: Finding): boolean | undefined {
  if (measured === undefined || bar === undefined) return undefined;
  return 'least' in bar ? measured >= bar.least : measured <= bar.most;
}

/** @throws {Error} where a request was not accepted. */
export function expectAccepted({ status, body }: Asked): void {
  if (status !== 202) throw new Error(`not accepted: ${status} ${body}`);
}

/** Measures in turns, so that what else the machine does falls on all alike; the first round warms up and is not counted. */
export async function inRounds<Measures extends Readonly<Record<string, Measure | undefined>>>(
  rounds: number,
  measures: Measures,
): Promise<{ [Name in keyof Measures]: number[] }> {
  const results: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, measure] of Object.entries(measures)) {
      if (measure === undefined) continue;
      const result = await measure();
      if (round > 0) (results[name] ??= []).push(result);
    }
  }
  // Every measure that there is has its results.
  return results as { [Name in keyof Measures]: number[] };
}

/** One measurement. */
type Measure = () => Promise<number>;

/** The median of the rounds' ratios. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((our, round) => our / (theirs[round] ?? Number.NaN)));
}

/** Waits until a contender has ended so many executions since it began. @throws {Error} after a minute. */
export async function untilEnded(contender: Contender, total: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await contender.ended()) < total) {
    if (performance.now() > deadline)
      throw new Error(`${contender.name} did not end ${total} executions in a minute`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
