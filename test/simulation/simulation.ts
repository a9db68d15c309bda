// Simulation: runs the world of a seed, and makes of a world that went wrong the shortest story that still does.
import type { Coverage } from './coverage.ts';
import type { Mutation } from './mutation.ts';
import { Ended } from './object.ts';
import { makeWorldOptions } from './setup.ts';
import type { WorldOptions } from './options.ts';
import { type Violation, World } from './world.ts';

export interface Result {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** Ids of the faults that struck. */
  readonly strikes: readonly string[];
  readonly coverage: Coverage;
}

/** Runs one world. What its code leaves unhandled is a violation, too. */
export async function runWorld(
  options: WorldOptions,
  only?: ReadonlySet<string>,
  story?: string[],
): Promise<Result> {
  const world = new World(options, only, story);
  unhandled.world = world;
  // Errors are made by the thousand here, and their stacks are read in stories only.
  const { stackTraceLimit } = Error;
  if (story === undefined) Error.stackTraceLimit = 0;
  try {
    await world.run();
  } catch (error) {
    world.violation(
      'the world holds together',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  } finally {
    unhandled.world = undefined;
    Error.stackTraceLimit = stackTraceLimit;
  }
  return {
    seed: options.seed,
    violation: world.violated,
    strikes: world.faults.struck.map(({ id }) => id),
    coverage: world.coverage,
  };
}

export function runSeed(seed: number, mutation: Mutation): Promise<Result> {
  return runWorld(makeWorldOptions(seed, mutation));
}

/** The world that runs: rejections that nobody handles are its own. */
const unhandled: { world: World | undefined } = { world: undefined };

/** To be told of every rejection that nobody handles. */
export function rejected(reason: unknown): void {
  // What a life leaves behind when it ends is no concern of anybody's.
  if (reason instanceof Ended) return;
  const what = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  unhandled.world?.violation('no rejection is left unhandled', what);
}

/** A story of a world that went wrong: with as few events and as few faults as still make it go wrong in the same way. */
export interface Story {
  readonly violation: Violation;
  readonly executions: readonly string[];
  readonly strikes: readonly string[];
  readonly lines: readonly string[];
}

/** Shrinks a world that goes wrong; undefined where it does not. */
export async function tell(seed: number, mutation: Mutation): Promise<Story | undefined> {
  const first = await runSeed(seed, mutation);
  if (first.violation === undefined) return undefined;
  const { invariant } = first.violation;
  let options = makeWorldOptions(seed, mutation);
  let strikes = first.strikes;
  const fails = async (candidate: WorldOptions, only: readonly string[]) =>
    (await runWorld(candidate, new Set(only))).violation?.invariant === invariant;
  for (const plan of options.planned) {
    const without = { ...options, planned: options.planned.filter((other) => other !== plan) };
    if (without.planned.length > 0 && (await fails(without, strikes))) options = without;
  }
  strikes = await fewest(strikes, (only) => fails(options, only));
  const lines: string[] = [];
  const last = await runWorld(options, new Set(strikes), lines);
  return {
    violation: last.violation ?? first.violation,
    executions: options.planned.map(({ request }) => request.key),
    strikes: last.strikes,
    lines,
  };
}

/** Leaves out halves, then quarters, and so on down to single ones, as long as it still fails. */
async function fewest(
  all: readonly string[],
  fails: (only: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let left = all;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length;) {
      const without = left.toSpliced(at, size);
      if (await fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}
