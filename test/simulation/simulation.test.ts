import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Coverage } from './coverage.ts';
import { type Mutation, mutations, sound } from './mutation.ts';
import { rejected, runSeed, tell } from './simulation.ts';
import type { Violation } from './world.ts';

const seeds = 2_000;

/** Each mutation is to be found within so many. */
const seedsPerMutation = 300;

type Listener = (reason: unknown) => void;

/** The part of Node's process that this needs. */
interface Rejections {
  on(event: 'unhandledRejection', listener: Listener): void;
  off(event: 'unhandledRejection', listener: Listener): void;
  listeners(event: 'unhandledRejection'): Listener[];
}

const { process } = globalThis as unknown as { process: Rejections };

// What a world leaves unhandled is judged by the world; the test runner's own listeners would take it for a failure of this file.
const listeners = process.listeners('unhandledRejection');

beforeAll(() => {
  for (const listener of listeners) process.off('unhandledRejection', listener);
  process.on('unhandledRejection', rejected);
});

afterAll(() => {
  process.off('unhandledRejection', rejected);
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

async function find(mutation: Mutation): Promise<Violation | undefined> {
  for (let seed = 1; seed <= seedsPerMutation; seed += 1) {
    const { violation } = await runSeed(seed, mutation);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

describe('the simulated engine', () => {
  const coverage = new Coverage();

  it(`keeps what always holds in ${seeds} worlds`, { timeout: 1_200_000 }, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const result = await runSeed(seed, sound);
      coverage.add(result.coverage);
      if (result.violation === undefined) continue;
      const story = await tell(seed, sound);
      expect.fail(
        [
          `seed ${seed}: ${result.violation.invariant}: ${result.violation.detail}`,
          ...(story?.lines ?? []),
        ].join('\n'),
      );
    }
  });

  it('has gone through every kind of journal entry, and died before and after each kind of commit', () => {
    const entries = new Set([...coverage.transitions.keys()].map((transition) => transition.split(' × ')[0]));
    expect([...entries]).toEqual(expect.arrayContaining(entriesMet));
    for (const commit of commitsMet) {
      const { before, after } = coverage.commits.get(commit) ?? { before: 0, after: 0 };
      expect({ commit, before: before > 0, after: after > 0 }).toEqual({ commit, before: true, after: true });
    }
  });

  it('runs the same world twice for the same seed', async () => {
    for (const seed of [7, 77, 777]) {
      const [first, second] = [await runSeed(seed, sound), await runSeed(seed, sound)];
      expect(second).toEqual(first);
    }
  });
});

describe('the simulation finds an engine', () => {
  for (const mutation of mutations.slice(1)) {
    it(`with ${mutation.name}`, { timeout: 600_000 }, async () => {
      expect((await find(mutation))?.invariant).toBeOneOf(mutation.breaks);
    });
  }

  it('wrong by a story as short as it gets', async () => {
    const mutation = mutations.find(({ name }) => name === 'keys not checked') ?? sound;
    const story = await tell(1, mutation);
    expect(story?.violation.invariant).toBe('one execution an event');
    expect(story?.executions).toHaveLength(1);
    expect(story?.lines.at(-1)).toContain('VIOLATION');
  });
});

/** Entries that 2 000 worlds must bring about. */
const entriesMet = [
  ...['do', 'http', 'poll', 'sleep', 'value', 'wait', 'approval', 'invoke', 'emit', 'compensation'].map(
    (kind) => `completed ${kind}`,
  ),
  ...['do', 'http', 'poll', 'wait', 'approval', 'invoke', 'compensation'].map((kind) => `faulted ${kind}`),
  ...['do', 'http', 'poll', 'approval', 'invoke', 'emit', 'compensation'].map(
    (kind) => `attempt-failed ${kind}`,
  ),
  ...['poll', 'sleep', 'wait', 'approval', 'invoke'].map((kind) => `waiting ${kind}`),
  'interrupted',
  'event-received',
  'cut',
];

/** Commits at which 2 000 worlds must have died, before and after. */
const commitsMet = [
  'insertExecution + setAlarm',
  'insertExecution',
  'append completed do',
  'append completed http',
  'append completed value',
  'append completed compensation',
  'append attempt-failed do + setTimer + setAlarm',
  'append waiting sleep + setTimer + setAlarm',
  'append waiting invoke + setTimer',
  'append event-received',
  'append interrupted',
  'append cut',
  'finishExecution',
  'finishExecution + clearTimer',
  'setAlarm',
  'writeMark',
];
