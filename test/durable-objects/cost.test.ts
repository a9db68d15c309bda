// What the service costs, counted: numbers without noise, which are the same on every machine and fail when they grow.
import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import type { WorkflowRpc } from '../../src/core/acceptance.ts';
import type { ShownExecution } from '../../src/core/execution.ts';
import { limit } from '../../src/core/limit.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, signed } from '../http/box.ts';
import { objectOf, passTime, requestFor, start, statusOf } from './object.ts';
import { until } from '../until.ts';

const peerUrl = inject('peerUrl');

/**
 * What the platform bills: rows written ($1 a million; an index entry, a delete and a `setAlarm` are rows), rows read ($0.001 a
 * million) and requests to objects ($0.15 a million; an alarm that rings is one). Cloudflare's documentation, 2026-11.
 */
interface Cost {
  readonly written: number;
  readonly read: number;
  readonly requests: number;
}

type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>;

/** Watches all that objects do with their storage, and what they are asked. */
class Meter {
  readonly #exec;
  readonly #setAlarm;
  readonly #methods;

  /** @param object any one of the class: what is watched is its prototype, and so every other */
  constructor(object: object, { storage }: DurableObjectState) {
    const sql: SqlStorage = Object.getPrototypeOf(storage.sql);
    const alarms: DurableObjectStorage = Object.getPrototypeOf(storage);
    const methods: Record<string, () => unknown> = Object.getPrototypeOf(object);
    this.#exec = vi.spyOn(sql, 'exec');
    this.#setAlarm = vi.spyOn(alarms, 'setAlarm');
    const names = Object.getOwnPropertyNames(methods).filter((name) => name !== 'constructor');
    this.#methods = names.map((name) => vi.spyOn(methods, name));
  }

  /** What `work` costs. */
  async of(work: () => Promise<unknown>): Promise<Cost> {
    for (const spy of this.#spies) spy.mockClear();
    await work();
    const cursors = this.#exec.mock.results.map(({ value }) => value as Cursor);
    return {
      written: sum(cursors.map(({ rowsWritten }) => rowsWritten)) + this.#setAlarm.mock.calls.length,
      read: sum(cursors.map(({ rowsRead }) => rowsRead)),
      requests: sum(this.#methods.map(({ mock }) => mock.calls.length)),
    };
  }

  /** Resolves when so many statements that begin like this have run since the measurement began. */
  async seen(statement: string, times = 1): Promise<void> {
    await until(() => {
      const seen = this.#exec.mock.calls.filter(([text]) => text.startsWith(statement)).length;
      if (seen !== times) throw new Error(`'${statement}' has run ${seen} times, not ${times}`);
    });
  }

  restore(): void {
    for (const spy of this.#spies) spy.mockRestore();
  }

  get #spies() {
    return [this.#exec, this.#setAlarm, ...this.#methods];
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function difference(more: Cost, less: Cost): Cost {
  return {
    written: more.written - less.written,
    read: more.read - less.read,
    requests: more.requests - less.requests,
  };
}

let meter: Meter;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  // By an object that no test measures, so that the opening of those can be measured too.
  await runInDurableObject(objectOf('limited'), (object, state) => {
    meter = new Meter(object, state);
  });
});
afterEach(async () => {
  meter.restore();
  vi.useRealTimers();
  await reset();
});

/** Lets an object do all that it can without the clock and the network: each pass ends a turn of its event loop. */
async function settle(workflow: string): Promise<void> {
  await runInDurableObject(objectOf(workflow), async (_object, state) => {
    for (let turn = 0; turn < 50; turn += 1) await state.blockConcurrencyWhile(async () => {});
  });
}

async function ring(workflow: string, ms: number): Promise<void> {
  await passTime(workflow, ms);
  await settle(workflow);
}

/** Makes an object one that has seen an event just now: its purge has a timer, and its alarm stands within a lease. */
async function warm(workflow: string): Promise<void> {
  await start(workflow);
  await settle(workflow);
}

/** Accepts an event, and looks no further than the answer: the execution begins in a later turn. */
async function accept(key = crypto.randomUUID()): Promise<Cost> {
  return runInDurableObject(objectOf('steps'), async (object: DurableObject & WorkflowRpc) =>
    meter.of(async () => object.accept(requestFor('steps', { count: 0 }, { key }))),
  );
}

/** An execution of so many steps that do nothing, from its event to its end. */
async function execution(count: number): Promise<Cost> {
  return meter.of(async () => {
    await start('steps', { count });
    await meter.seen('update execution');
  });
}

/** An execution whose one step returns so many bytes. */
async function large(bytes: number): Promise<Cost> {
  return meter.of(async () => {
    await start('payload', { pieces: [{ of: 'x', bytes }] });
    await meter.seen('update execution');
  });
}

/** What the result of a step costs beside that of one which fits a row. */
async function beside(bytes: number): Promise<Cost> {
  await warm('payload');
  return difference(await large(bytes), await large(9));
}

/** An execution whose one request is retried so often, after 1, 2, 4 … seconds. */
async function retried(times: number): Promise<Cost> {
  const statuses = [...Array.from({ length: times }, () => 503), 200];
  return meter.of(async () => {
    await start('request', { url: `${peerUrl}/answer/${crypto.randomUUID()}?status=${statuses.join(',')}` });
    for (let failures = 1; failures <= times; failures += 1) {
      await meter.seen('insert into journal', failures);
      await ring('request', 1_000 * 2 ** (failures - 1));
    }
    await meter.seen('update execution');
  });
}

/** An execution that asks a peer so often, every 5 seconds. */
async function polled(times: number): Promise<Cost> {
  return meter.of(async () => {
    await start('poller', { url: `${peerUrl}/answer/${crypto.randomUUID()}`, times });
    for (let questions = 1; questions < times; questions += 1) {
      await meter.seen('insert into journal', questions);
      await ring('poller', 5_000);
    }
    await meter.seen('update execution');
  });
}

/** What a sleep adds to an execution of two steps. */
async function nap(duration: string, ms: number): Promise<Cost> {
  await warm('sleeper');
  await warm('steps');
  const sleeping = await meter.of(async () => {
    await start('sleeper', { for: duration });
    await meter.seen('insert into journal', 2);
    await settle('sleeper');
    await ring('sleeper', ms);
    await meter.seen('update execution');
  });
  return difference(sleeping, await execution(2));
}

type PricedKind =
  | 'do'
  | 'value'
  | 'past'
  | 'poll'
  | 'http'
  | 'map'
  | 'rollback'
  | 'emit'
  | 'invoke'
  | 'wait'
  | 'approval';

/** An execution of so many steps of one kind; `end` ends the wait of a step. */
async function priced(
  kind: PricedKind,
  count: number,
  executions = 1,
  end?: (id: string, step: number) => Promise<unknown>,
): Promise<Cost> {
  return meter.of(async () => {
    const id = await start('priced', { kind, count, url: `${peerUrl}/answer/${crypto.randomUUID()}` });
    const waits = end === undefined ? 0 : count;
    for (let step = 0; step < waits; step += 1) {
      // Of each step before: that it waits, the event, that it is done.
      await meter.seen('insert into journal', 3 * step + 1);
      await settle('priced');
      await end?.(id, step);
    }
    await meter.seen('update execution', executions);
    await settle('priced');
  });
}

/**
 * What a step of a kind adds to an execution without one, beside what the execution that it starts costs itself. The alarm stands early
 * enough: a step for which it moves writes one row more.
 */
async function oneStep(
  kind: PricedKind,
  end?: (id: string, step: number) => Promise<unknown>,
): Promise<Cost> {
  await warm('priced');
  const starts = kind === 'emit' || kind === 'invoke' ? 1 : 0;
  const started = starts === 0 ? nothing : await startOf('nothing');
  await priced(kind, 1, 1 + starts, end);
  return difference(difference(await priced(kind, 1, 1 + starts, end), await priced(kind, 0)), started);
}

const nothing: Cost = { written: 0, read: 0, requests: 0 };

/** An execution of a workflow that does nothing, in an object that has seen some. */
async function startOf(workflow: string): Promise<Cost> {
  await warm(workflow);
  return meter.of(async () => {
    await start(workflow);
    await meter.seen('update execution');
    await settle(workflow);
  });
}

/** What is measured, the most that it may write, what it costs now, and how to measure it. */
type Row = readonly [
  what: string,
  writtenMax: number,
  written: number,
  read: number,
  requests: number,
  measure: () => Promise<Cost>,
];

const table: readonly Row[] = [
  [
    'an object that opens for the first time',
    18,
    18,
    32,
    0,
    async () => meter.of(async () => settle('steps')),
  ],
  [
    'an object that wakes again',
    0,
    0,
    6,
    0,
    async () => {
      await warm('steps');
      await evictDurableObject(objectOf('steps'));
      return meter.of(async () => settle('steps'));
    },
  ],
  // The execution, its key in the index, the alarm; the purge's timer and its mark.
  ['the first event of an object', 5, 5, 1, 1, accept],
  [
    'an event',
    2,
    2,
    1,
    1,
    async () => {
      await warm('steps');
      return accept();
    },
  ],
  [
    'an event for which the alarm moves',
    3,
    3,
    1,
    1,
    async () => {
      await warm('steps');
      await ring('steps', 10_000);
      return accept();
    },
  ],
  [
    'a copy of an event',
    0,
    0,
    1,
    1,
    async () => {
      await warm('steps');
      await accept('copied');
      return accept('copied');
    },
  ],
  [
    'a step',
    1,
    1,
    0,
    0,
    async () => {
      await warm('steps');
      return difference(await execution(6), await execution(5));
    },
  ],
  [
    'a result as long as a row takes, beside a short one',
    0,
    0,
    0,
    0,
    async () => beside(limit.rowTextBytesMax),
  ],
  ['a result of two rows, beside a short one', 1, 1, 0, 0, async () => beside(limit.rowTextBytesMax + 1)],
  ['the largest result, beside a short one', 4, 4, 0, 0, async () => beside(limit.outputBytesMax)],
  [
    'the end of an execution',
    2,
    1,
    1,
    0,
    async () => {
      await warm('steps');
      return difference(await execution(0), await accept());
    },
  ],
  [
    'an execution of 5 steps, in all',
    9,
    8,
    2,
    1,
    async () => {
      await warm('steps');
      return execution(5);
    },
  ],
  [
    'an execution of 5 steps for which the alarm moves, in all',
    9,
    9,
    2,
    1,
    async () => {
      await warm('steps');
      await ring('steps', 10_000);
      return execution(5);
    },
  ],
  // The low-water mark, and the alarm's move to the next purge.
  [
    'the alarm that rings once, 10 seconds after the first of some events',
    2,
    2,
    3,
    1,
    async () => {
      await warm('steps');
      return meter.of(async () => ring('steps', 10_000));
    },
  ],
  // The attempt, its timer and the timer's end, the alarm's move to it and, as it rings, to the lease.
  [
    'a retry',
    5,
    5,
    5,
    1,
    async () => {
      await warm('request');
      return difference(await retried(3), await retried(2));
    },
  ],
  [
    'a question of a poll',
    5,
    5,
    6,
    1,
    async () => {
      await warm('poller');
      return difference(await polled(4), await polled(3));
    },
  ],
  // Two entries, the timer and its end, the alarm there and back, and the low-water mark, which moves as the alarm rings.
  ['a sleep of 5 seconds', 7, 7, 4, 1, async () => nap('5 seconds', 5_000)],
  ['a value', 1, 1, 0, 0, async () => oneStep('value')],
  ['a sleep until a moment that has passed', 1, 1, 0, 0, async () => oneStep('past')],
  ['a request', 1, 1, 0, 0, async () => oneStep('http')],
  ['a poll whose first answer is final', 1, 1, 0, 0, async () => oneStep('poll')],
  ['an item of a map with one step', 1, 1, 0, 0, async () => oneStep('map')],
  [
    'the rollback of a step',
    1,
    1,
    0,
    0,
    async () => difference(await oneStep('rollback'), await oneStep('do')),
  ],
  ['the emission of an event, beside the execution that it starts', 1, 1, 0, 0, async () => oneStep('emit')],
  // It waits, its timer and that one's end, it is done; the child's word that it has ended, and the question for its result.
  ['the invocation of an execution, beside that one', 4, 4, 2, 2, async () => oneStep('invoke')],
  // It waits, its timer and that one's end, the event, it is done; the lease on the execution that the event has woken, and its end.
  [
    'a wait that an event ends',
    7,
    7,
    11,
    1,
    async () =>
      oneStep('wait', (id, step) =>
        objectOf('priced').send({ id, eventId: `e${step}`, type: `go-${step}`, data: 'null' }),
      ),
  ],
  [
    'an approval',
    7,
    7,
    11,
    1,
    async () =>
      oneStep('approval', (id, step) => objectOf('priced').decide({ id, step, decision: 'approved' })),
  ],
  // Three of the rows read are the watchdog's, which looks once a minute at most.
  ['a sleep of a day', 7, 6, 11, 1, async () => nap('1 day', 86_400_000)],
];

describe('the rows and requests of', () => {
  it.each(table)('%s: at most %i written; %i written, %i read, %i requests', async (_what, ...row) => {
    const [writtenMax, written, read, requests, measure] = row;
    expect(await measure()).toEqual({ written, read, requests });
    expect(written).toBeLessThanOrEqual(writtenMax);
  });
});

describe('the objects asked by', () => {
  const listeners = [[steps, { source: 'shop' }]] as const;
  const sources = [{ name: 'shop', provider: 'generic' }];

  it('a delivery are one, asked once', async () => {
    await warm('steps');
    const box = boxOf({ sources, listeners });
    const { path, init } = await signed('shop', 'generic', { body: '{ "count": 0 }' });
    const kept = await meter.of(async () => {
      const response = await box.ask(path, init);
      expect(deliveryAcceptedSchema.parse(await response.json()).executions).toHaveLength(1);
      await meter.seen('update execution');
    });
    // Its place in the delivery log is in the execution's own row, raw body and all.
    expect(kept).toEqual(await execution(0));
  });

  it('a status question are one, and none where the isolate has seen the end', async () => {
    const box = boxOf({ listeners });
    const id = await start('steps', { count: 1 });
    await settle('steps');
    const question = () =>
      meter.of(async () => {
        const shown = z
          .object({ status: z.string() })
          .parse(await (await box.api(`/v1/executions/${id}`)).json());
        expect(shown.status).toBe('completed' satisfies ShownExecution['status']);
      });
    expect(await question()).toEqual({ written: 0, read: 2, requests: 1 });
    expect(await question()).toEqual({ written: 0, read: 0, requests: 0 });
  });

  it('a status question about one that sleeps are one, whose rows are read once', async () => {
    const id = await start('sleeper', { for: '1 day' });
    await settle('sleeper');
    const question = () =>
      meter.of(async () => expect(await statusOf(id)).toMatchObject({ status: 'waiting' }));
    expect(await question()).toEqual({ written: 0, read: 3, requests: 1 });
    expect(await question()).toEqual({ written: 0, read: 0, requests: 1 });
    await start('sleeper', { for: '1 day' });
    await settle('sleeper');
    // Where a journal ends is seen at the first row of the next.
    expect(await question()).toEqual({ written: 0, read: 4, requests: 1 });
  });
});
