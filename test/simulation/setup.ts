// Setup: makes a world from its seed: which programs run in it, when their events come, what the weather is like.
import type { AcceptRequest } from '../../src/core/acceptance.ts';
import type { Planned } from './client.ts';
import { Dice } from './dice.ts';
import type { FaultRates } from './fault.ts';
import type { Mutation } from './mutation.ts';
import type { Fate } from './operator.ts';
import { childPrograms, type Node, withoutEndless } from './program.ts';
import { makeProgram, type Taste } from './program-maker.ts';
import type { WorldOptions } from './options.ts';

type Weather = 'fair' | 'crashes' | 'storage' | 'network' | 'clocks' | 'storm';

/** The options of the world with this seed. */
export function makeWorldOptions(seed: number, mutation: Mutation): WorldOptions {
  const dice = new Dice(seed).fork('setup');
  const weather = dice.weigh<Weather>('weather', {
    fair: 1,
    crashes: 6,
    storage: 3,
    network: 3,
    clocks: 2,
    storm: 6,
  });
  const crowd = dice.chance('crowd', 0.04);
  const rate = dice.chance('rate', 0.2)
    ? {
        limit: dice.between('limit', 1, 5),
        windowSeconds: dice.pick('window', [1, 10, 60]),
        burst: dice.between('burst', 1, 3),
      }
    : undefined;
  const few = rate === undefined ? dice.between('executions', 1, 4) : dice.between('executions', 4, 14);
  const count = crowd ? dice.between('crowd', 15, 60) : few;
  const taste = makeTaste(dice, crowd);
  const make = (version: string) =>
    Array.from({ length: Math.min(count, 4) }, (_, number) =>
      makeProgram(dice.fork(`program ${version} ${number}`), taste),
    );
  const small = {
    ...taste,
    steps: { ...taste.steps, invoke: 0, emit: 0, approval: 0, wait: 0 },
    size: 3,
    collapsing: 0,
  };
  const child = Array.from({ length: childPrograms }, (_, number) =>
    makeProgram(dice.fork(`child ${number}`), small),
  );
  const flush = dice.chance('flush', 0.6) ? 'commit' : 'turn';
  // What a turn wrote is lost with the life: an attempt after which it always ends is seen by the count of interruptions alone, and
  // takes along whatever is under way beside it.
  const bear = (program: Node) => (flush === 'turn' ? withoutEndless(program) : program);
  const programs = { v1: make('v1').map(bear), v2: make('v2').map(bear), child };
  return {
    seed,
    mutation,
    flush,
    rates: makeRates(dice, weather),
    programs,
    planned: plan(dice, count, programs),
    rate,
    deadlineMs: dice.chance('deadline', 0.1) ? dice.pick('deadline', [300, 20_000, 3_600_000]) : undefined,
    schedule: dice.chance('schedule', 0.08)
      ? {
          everyMs: dice.pick('every', [60_000, 21_600_000, 86_400_000]),
          misfire: dice.pick('misfire', ['skip', 'once', 'all']),
          forMs: dice.pick('for', [20_000_000, 300_000_000]),
        }
      : undefined,
    handler: dice.chance('handler', 0.2),
    callback: dice.chance('callback', 0.2),
    // A parent asks for its child every few minutes, for as many days as that sleeps: too long a story.
    limits: {
      invokeIntervalMaxMs: 48 * 3_600_000,
      // Where every tenth commit is the last of a life, ten in a row are chance.
      collapsesMax: 30,
      interruptionsMax: 80,
      scheduleBatchMax: dice.pick('scheduleBatchMax', [2, 100]),
      ...(dice.chance('small limits', 0.3)
        ? {
            groupCommitMax: dice.between('groupCommitMax', 1, 3),
            timerBatchMax: dice.between('timerBatchMax', 1, 3),
            liveRunsMax: dice.between('liveRunsMax', 1, 3),
            recoveryPage: dice.between('recoveryPage', 1, 2),
            parkedKeepMs: dice.pick('parkedKeepMs', [0, 10_000]),
          }
        : {}),
    },
  };
}

function makeTaste(dice: Dice, crowd: boolean): Taste {
  const plain = dice.chance('plain', 0.5);
  return {
    steps: {
      do: 10,
      http: dice.chance('with http', 0.5) ? 4 : 0,
      poll: dice.chance('with poll', 0.3) ? 2 : 0,
      sleep: 4,
      'sleep until': 1,
      value: plain ? 0 : 2,
      wait: dice.chance('with wait', 0.3) ? 2 : 0,
      approval: dice.chance('with approval', 0.15) ? 2 : 0,
      invoke: dice.chance('with invoke', 0.2) ? 2 : 0,
      emit: dice.chance('with emit', 0.1) ? 1 : 0,
    },
    nodes: {
      step: 8,
      sequence: 2,
      together: plain ? 1 : 4,
      loop: 1,
      map: 1,
      try: 2,
      detached: plain ? 0.3 : 1,
      hops: 1,
      choice: 0.7,
    },
    size: crowd ? dice.between('size', 1, 3) : dice.between('size', 1, 12),
    plain,
    failing: plain ? 0.08 : 0.25,
    rollbacks: dice.pick('rollbacks', [0, 0, 0.6]),
    // Not in a crowd: each of its executions would take along all others, as often as it takes.
    collapsing: dice.chance('collapsing', 0.06) && !crowd ? 0.4 : 0,
  };
}

type Programs = WorldOptions['programs'];

/** Types of events that either version of a program waits for. */
function eventTypes(programs: Programs, program: number): string[] {
  const text = JSON.stringify([programs.v1[program], programs.v2[program]]);
  return ['paid', 'shipped', 'returned'].filter((type) => text.includes(`"type":"${type}"`));
}

function plan(dice: Dice, count: number, programs: Programs): Planned[] {
  const withFates = dice.chance('fates', 0.35);
  const span = dice.pick('span', [10, 2_000, 60_000]);
  return Array.from({ length: count }, (_, number): Planned => {
    const key = `e${number}`;
    const program = number % programs.v1.length;
    const at = dice.between('at', 0, span);
    const copies = Array.from({ length: Number(dice.weigh('copies', { 0: 5, 1: 3, 2: 1 })) }, () =>
      dice.pick('copy at', [at, at + dice.between('soon', 0, 100), at + dice.between('later', 0, 60_000)]),
    );
    const request: AcceptRequest = {
      workflow: 'sim',
      shard: 0,
      key,
      event: { id: key, type: 'dev.signalbox.simulated', source: 'sim', time: '2026-03-01T00:00:00Z' },
      data: JSON.stringify({ program }),
      ...(dice.chance('fingerprint', 0.5) ? { fingerprint: `print of ${key}` } : {}),
      ...(dice.chance('traceparent', 0.3)
        ? { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
        : {}),
    };
    return {
      request,
      at,
      copies,
      waitsFor: eventTypes(programs, program),
      questions: dice.between('questions', 0, 3),
      fates: withFates ? makeFates(dice) : [],
    };
  });
}

function makeFates(dice: Dice): Fate[] {
  return Array.from({ length: Number(dice.weigh('fates of it', { 0: 3, 1: 4, 2: 2 })) }, () => ({
    what: dice.weigh('fate', {
      suspend: 4,
      cancel: 2,
      'cancel at once': 1,
      redrive: 3,
      'redrive from the start': 1,
    }),
    after: dice.pick('after', [0, 20, 200, 3_000, 60_000, 7_200_000]) + dice.between('and some', 0, 20),
    pause: dice.pick('pause', [10, 5_000, 900_000]),
  }));
}

/** How often each fault strikes in this weather. */
function makeRates(dice: Dice, weather: Weather): FaultRates {
  if (weather === 'fair') return {};
  const storm = weather === 'storm';
  const some = (on: boolean, chance: number, most: number) =>
    on ? { chance: chance * dice.pick('strength', [0.3, 1, 3]), most } : { chance: 0, most: 0 };
  const crashes = storm || weather === 'crashes';
  const storage = storm || weather === 'storage';
  const network = storm || weather === 'network';
  const clocks = storm || weather === 'clocks';
  return {
    'crash before commit': some(crashes, 0.03, 6),
    'crash after commit': some(crashes, 0.03, 6),
    'crash between turns': some(crashes, 0.004, 4),
    redeploy: some(crashes, 0.002, 3),
    'storage error on write': some(storage, 0.02, 6),
    'storage error on read': some(storage, 0.01, 6),
    'storage error on commit': some(storage, 0.02, 4),
    eviction: some(true, 0.15, 12),
    'alarm late': some(clocks || crashes, 0.2, 6),
    'alarm twice': some(clocks || crashes, 0.2, 6),
    'alarm early': some(clocks, 0.004, 6),
    'clock forward': some(clocks, 0.003, 3),
    'clock back': some(clocks, 0.003, 3),
    'request lost': some(network, 0.1, 8),
    'reset before effect': some(network, 0.1, 8),
    'reset after effect': some(network, 0.15, 8),
    'refused 503': some(network, 0.1, 8),
    'refused 429': some(network, 0.05, 8),
    hang: some(network, 0.05, 4),
    'answer lost': some(network, 0.1, 6),
    'slow answer': some(network, 0.1, 12),
  };
}
