import { describe, expect, it } from 'vitest';
import { WorkflowStore } from '../../durable-objects/workflow-store.ts';
import { limit } from '../../src/core/limit.ts';
import type { FinalStatus } from '../../src/core/execution.ts';
import type { JournalEntry } from '../../src/core/step.ts';
import { StorageFault } from '../../src/engine/error.ts';
import type { ExecutionRecord, Store, Timer } from '../../src/engine/port.ts';
import { Dice } from './dice.ts';
import { Disk } from './disk.ts';
import { sqliteStorage } from './sqlite-storage.ts';
import { SimulatedStore } from './store.ts';

const host = {
  alive: () => {},
  fails: () => false,
  committing: () => {},
  committed: () => {},
  whenDurable: (then: () => void) => then(),
  defect: (what: string) => expect.fail(what),
};

/** A store that answers as both do, and fails where they differ; `compared` counts the answers. */
function both(count: { compared: number }, storage: DurableObjectStorage): Store {
  const simulated = new SimulatedStore(new Disk(), host);
  const real = new WorkflowStore(storage);
  return new Proxy<Store>(real, {
    get: (_target, method: keyof Store) => {
      if (method === 'transaction')
        return (work: () => unknown) => real.transaction(() => simulated.transaction(work));
      return (...given: never[]) => {
        const answers = [simulated, real].map((store) => {
          const ask: (...all: never[]) => unknown = store[method];
          return outcome(() => ask.apply(store, given));
        });
        expect({ method, given, answer: answers[0] }).toEqual({ method, given, answer: answers[1] });
        count.compared += 1;
        return answers[1];
      };
    },
  });
}

function outcome(work: () => unknown): unknown {
  try {
    return work() ?? null;
  } catch {
    return 'refused';
  }
}

/** Texts that a row takes, just takes, and does not take, with a character at the end of a part. */
const outputs = [
  '{"a":1}',
  ...[0, 1, 2, 3, 4].map((more) => `"${'é'.repeat(3)}`.padEnd(limit.rowTextBytesMax - 8 + more, 'x') + '😀"'),
  `"${'€'.repeat(limit.rowTextBytesMax)}"`,
];

class Trial {
  readonly #dice: Dice;
  readonly #store: Store;
  readonly #storage = sqliteStorage();
  /** Whether there are payloads that no row takes. */
  readonly #large: boolean;

  constructor(seed: number, count: { compared: number }, large = false) {
    this.#dice = new Dice(seed);
    this.#store = both(count, this.#storage);
    this.#large = large;
  }

  /** Rows of the real store that belong to nothing. */
  get orphans(): unknown {
    return this.#storage.sql
      .exec(
        `select count(*) as count from part where seq >= 0 and not exists (
           select 1 from journal where journal.execution = part.execution and journal.seq = part.seq and entry like '+%'
         ) or seq < 0 and not exists (
           select 1 from execution where serial = part.execution and error = '+'
         )`,
      )
      .one()['count'];
  }

  /** Rows of the real store for what no row takes. */
  get parts(): number {
    return Number(this.#storage.sql.exec('select count(*) as count from part').one()['count']);
  }

  /** Does something to both stores, or to both within a transaction that may be rolled back. */
  step(depth: number): void {
    const dice = this.#dice;
    if (depth < 3 && dice.chance('transaction', 0.15)) {
      try {
        this.#store.transaction(() => {
          for (let times = dice.between('times', 0, 4); times > 0; times -= 1) this.step(depth + 1);
          if (dice.chance('roll back', 0.4)) throw new Error('rolled back');
        });
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'rolled back') throw error;
      }
      return;
    }
    if (dice.chance('read', 0.5)) this.#read();
    else this.#write();
  }

  #serial(): number {
    return this.#dice.between('serial', 1, 12);
  }

  #timer(): Timer {
    return {
      due: this.#dice.between('due', 0, 6),
      serial: this.#dice.between('timer of', 0, 3),
      step: this.#dice.between('step', -3, 3),
    };
  }

  #write(): void {
    const store = this.#store;
    const serial = this.#serial();
    switch (this.#dice.between('write', 0, 9)) {
      case 0:
      case 1:
        store.insertExecution(this.record(serial));
        return;
      case 2: {
        // A final status stays: the engine never ends an execution twice.
        if (this.#large && store.readExecution(serial)?.endedAt !== undefined) return;
        const status: FinalStatus = this.#dice.pick('final', ['completed', 'faulted', 'cancelled']);
        const error =
          status === 'faulted'
            ? { code: 'error', name: 'Error', message: 'no ✗', retryable: false }
            : undefined;
        store.finishExecution(serial, {
          status,
          startedAt: 3,
          endedAt: this.#dice.between('ended', 1, 9),
          output: status === 'completed' ? this.#output() : undefined,
          error,
        });
        return;
      }
      case 3:
        store.suspendExecution(serial, 'held');
        return;
      case 4:
        store.resumeExecution(serial);
        return;
      case 5:
        store.appendEntry(serial, store.journalLength(serial), this.#entry());
        return;
      case 6:
        store.setTimer(this.#timer());
        return;
      case 7:
        store.clearTimer(this.#timer());
        return;
      case 8:
        store.writeMark(this.#dice.pick('mark', ['low-water', 'purge']), this.#dice.between('value', 0, 99));
        return;
      case 9:
        store.clearMark(this.#dice.pick('mark', ['low-water', 'purge']));
        return;
    }
  }

  #read(): void {
    const store = this.#store;
    const dice = this.#dice;
    const max = dice.between('max', 1, 4);
    switch (dice.between('read', 0, 10)) {
      case 0:
        store.readExecution(this.#serial());
        return;
      case 1:
        store.findByKey(`key ${this.#serial()}`);
        return;
      case 2:
        store.openExecutions(this.#serial(), max);
        return;
      case 3:
        store.lastSerial();
        return;
      case 4:
        store.lastArrivalTime(dice.pick('limit', ['workflow', 'a "b"', 'none']), this.#serial());
        return;
      case 5:
        store.readJournal(this.#serial());
        return;
      case 6:
        store.listExecutions({
          status: dice.pick('status', [undefined, 'open', 'suspended', 'completed']),
          since: this.#serial(),
          until: this.#serial(),
          max,
        });
        return;
      case 7:
        store.dueTimers(
          dice.between('now', 0, 6),
          dice.chance('after', 0.5) ? this.#timer() : undefined,
          max,
        );
        return;
      case 8:
        store.nextDue(dice.between('later', -1, 6));
        return;
      case 9:
        store.readMark(dice.pick('mark', ['low-water', 'purge', 'none']));
        return;
      case 10: {
        const before = () => dice.between('before', 0, 9);
        store.purgeExecutions(
          this.#serial(),
          { completed: before(), faulted: before(), cancelled: before() },
          max,
        );
        return;
      }
    }
  }

  record(serial: number): ExecutionRecord {
    const dice = this.#dice;
    return {
      serial,
      key: `key ${this.#serial()}`,
      fingerprint: dice.pick('fingerprint', [undefined, 'print']),
      version: 'v1',
      event: { id: 'e', type: 't', source: 's', time: '2026-03-01T00:00:00Z' },
      data: '{"quote":"\\"","é":1}',
      traceparent: dice.pick('trace', [undefined, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']),
      createdAt: dice.between('created', 0, 9),
      status: 'open',
      startedAt: undefined,
      endedAt: undefined,
      output: undefined,
      error: undefined,
      reason: undefined,
      origin: dice.pick('origin', [undefined, 'sim.0.00000000001']),
      parent: dice.pick('parent', [undefined, { id: 'sim.0.00000000001', step: 2 }]),
      limits: dice.pick('limits', [undefined, { workflow: 17.5 }, { 'a "b"': 3, workflow: 4.25 }]),
    };
  }

  #output(): string {
    return this.#large ? this.#dice.pick('output', outputs) : '{"a":1}';
  }

  #entry(): JournalEntry {
    const dice = this.#dice;
    const step = { step: dice.between('of step', 0, 3), name: 'step ✓', kind: 'do', startedAt: 1 } as const;
    return dice.pick<() => JournalEntry>('entry', [
      () => ({ type: 'completed', ...step, attempt: 1, endedAt: 2, output: '"with \\"quotes\\""' }),
      () => ({ type: 'completed', ...step, attempt: 1, endedAt: 2, output: this.#output() }),
      () => ({ type: 'completed', ...step, attempt: 1, endedAt: 2 }),
      () => ({ type: 'waiting', ...step, dueAt: 5, state: 'child' }),
      () => ({ type: 'interrupted', at: 4 }),
      () => ({ type: 'event-received', at: 1, index: 0, id: 'one', event: 'paid', data: '{}' }),
    ])();
  }
}

describe('the real store', () => {
  const [, , , , , , larger = ''] = outputs;
  const step = { step: 0, name: 'step', kind: 'do', startedAt: 1 } as const;
  const entry: JournalEntry = { type: 'completed', ...step, attempt: 1, endedAt: 2, output: larger };
  const end = { status: 'completed', startedAt: 1, endedAt: 2, output: larger } as const;

  it('writes what has parts with all of them, or nothing of it', () => {
    const storage = sqliteStorage();
    const store = new WorkflowStore(storage);
    const record = new Trial(1, { compared: 0 }).record(7);
    store.insertExecution(record);
    const inTheWay = 'insert into part (execution, seq, at, text) values (7, ?, 2, 1)';
    for (const seq of [0, -1]) storage.sql.exec(inTheWay, seq);
    expect(() => store.appendEntry(7, 0, entry)).toThrow(StorageFault);
    expect(() => store.finishExecution(7, end)).toThrow(StorageFault);
    expect(store.readJournal(7)).toEqual([]);
    expect(store.readExecution(7)).toEqual(record);
    storage.sql.exec('delete from part');
    store.appendEntry(7, 0, entry);
    store.finishExecution(7, end);
    expect(store.readJournal(7)).toEqual([entry]);
    expect(store.readExecution(7)?.output).toBe(larger);
  });
});

describe('the simulated store', () => {
  it('answers as the real one on SQLite, whatever is asked of both', () => {
    const count = { compared: 0 };
    for (let seed = 1; seed <= 300; seed += 1) {
      const trial = new Trial(seed, count);
      for (let step = 0; step < 80; step += 1) trial.step(0);
    }
    expect(count.compared).toBeGreaterThan(20_000);
  });

  it(
    'does so with payloads that no row takes, of which the real one leaves no part behind',
    { timeout: 60_000 },
    () => {
      const count = { compared: 0 };
      let parts = 0;
      for (let seed = 1; seed <= 100; seed += 1) {
        const trial = new Trial(seed, count, true);
        for (let step = 0; step < 60; step += 1) trial.step(0);
        expect(trial.orphans).toBe(0);
        parts += trial.parts;
      }
      expect(count.compared).toBeGreaterThan(5_000);
      expect(parts).toBeGreaterThan(50);
    },
  );
});
