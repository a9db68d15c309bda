// Disk: what is durable of one simulated object, and how it gets there. Every write goes into the open transaction; a commit can
// still be lost until it is flushed, and what is lost is undone as a whole.
import type { ExecutionRecord, Timer } from '../../src/engine/port.ts';
import type { JournalEntry } from '../../src/core/step.ts';

/** One write: what a commit consists of, for the checks and the story. */
export interface Operation {
  readonly method: string;
  readonly serial?: number;
  readonly entry?: JournalEntry;
  /** The execution as it was before a change. */
  readonly before?: ExecutionRecord;
  /** The journal that is deleted with it. */
  readonly journal?: readonly JournalEntry[];
}

interface Line {
  /** As the real store has it. */
  readonly text: string;
  readonly entry: JournalEntry;
}

interface Undoable {
  readonly operation: Operation;
  readonly undo: () => void;
}

export class Disk {
  readonly executions = new Map<number, ExecutionRecord>();
  readonly keys = new Map<string, number>();
  readonly journals = new Map<number, Line[]>();
  readonly marks = new Map<string, number>();
  /** Rising. */
  readonly serials: number[] = [];
  /** In the order of (due, serial, step). */
  readonly timers: Timer[] = [];
  /** When the alarm rings, ms since the epoch. */
  alarm: number | undefined;
  /** Writes of the open transaction, oldest first. */
  #open: Undoable[] | undefined;
  /** Commits that a crash would still undo, oldest first. */
  readonly #unflushed: Undoable[][] = [];

  get inTransaction(): boolean {
    return this.#open !== undefined;
  }

  get hasUnflushed(): boolean {
    return this.#unflushed.length > 0;
  }

  /** The operations of the commits that are not flushed. */
  get unflushed(): readonly Operation[] {
    return this.#unflushed.flat().map(({ operation }) => operation);
  }

  begin(): void {
    this.#open = [];
  }

  /** Ends the transaction; it can be lost until {@link flush}. */
  commit(): readonly Operation[] {
    const writes = this.#open ?? [];
    this.#open = undefined;
    if (writes.length > 0) this.#unflushed.push(writes);
    return writes.map(({ operation }) => operation);
  }

  /** The operations of the open transaction. */
  get written(): readonly Operation[] {
    return (this.#open ?? []).map(({ operation }) => operation);
  }

  rollback(): void {
    undo(this.#open ?? []);
    this.#open = undefined;
  }

  /** A place in the open transaction to which {@link rollbackTo} goes back. */
  savepoint(): number {
    return this.#open?.length ?? 0;
  }

  rollbackTo(savepoint: number): void {
    if (this.#open !== undefined) undo(this.#open.splice(savepoint));
  }

  /** Makes every commit so far durable. */
  flush(): void {
    this.#unflushed.length = 0;
  }

  /** Loses what is not durable. */
  crash(): void {
    this.rollback();
    for (const writes of this.#unflushed.toReversed()) undo(writes);
    this.#unflushed.length = 0;
  }

  #wrote(operation: Operation, takeBack: () => void): void {
    if (this.#open === undefined) throw new Error('a write outside a transaction');
    this.#open.push({ operation, undo: takeBack });
  }

  /** Whether it was inserted: not where its key has to be unique and is there. */
  insertExecution(record: ExecutionRecord, unique: boolean): boolean {
    const { serial, key } = record;
    const before = this.keys.get(key);
    if (unique && before !== undefined) return false;
    if (this.executions.has(serial)) throw new Error('UNIQUE constraint failed: execution.serial');
    this.executions.set(serial, record);
    this.keys.set(key, serial);
    const at = position(this.serials, (other) => other < serial);
    this.serials.splice(at, 0, serial);
    this.#wrote({ method: 'insertExecution', serial }, () => {
      this.executions.delete(serial);
      restore(this.keys, key, before);
      this.serials.splice(this.serials.indexOf(serial), 1);
    });
    return true;
  }

  updateExecution(method: string, serial: number, change: Partial<ExecutionRecord>): void {
    const before = this.executions.get(serial);
    if (before === undefined) return;
    this.executions.set(serial, { ...before, ...change });
    this.#wrote({ method, serial, before }, () => this.executions.set(serial, before));
  }

  deleteExecution(serial: number): void {
    const record = this.executions.get(serial);
    if (record === undefined) return;
    const journal = this.journals.get(serial);
    const at = this.serials.indexOf(serial);
    this.executions.delete(serial);
    this.journals.delete(serial);
    this.keys.delete(record.key);
    this.serials.splice(at, 1);
    this.#wrote(
      {
        method: 'deleteExecution',
        serial,
        before: record,
        journal: (journal ?? []).map(({ entry }) => entry),
      },
      () => {
        this.executions.set(serial, record);
        restore(this.journals, serial, journal);
        this.keys.set(record.key, serial);
        this.serials.splice(at, 0, serial);
      },
    );
  }

  appendEntry(serial: number, seq: number, entry: JournalEntry): void {
    const journal = this.journals.get(serial) ?? [];
    if (seq < journal.length) throw new Error('UNIQUE constraint failed: journal.execution, journal.seq');
    if (seq > journal.length) throw new Error(`a gap in the journal before entry ${seq}`);
    this.journals.set(serial, journal);
    journal.push({ text: JSON.stringify(entry), entry });
    this.#wrote({ method: 'appendEntry', serial, entry }, () => journal.pop());
  }

  setTimer(timer: Timer): void {
    const at = position(this.timers, (other) => compareTimers(other, timer) < 0);
    const there = this.timers[at];
    if (there !== undefined && compareTimers(there, timer) === 0) return;
    this.timers.splice(at, 0, timer);
    this.#wrote({ method: 'setTimer', serial: timer.serial }, () => this.#removeTimer(timer));
  }

  clearTimer(timer: Timer): void {
    const removed = this.#removeTimer(timer);
    if (!removed) return;
    this.#wrote({ method: 'clearTimer', serial: timer.serial }, () => {
      this.timers.splice(
        position(this.timers, (other) => compareTimers(other, timer) < 0),
        0,
        timer,
      );
    });
  }

  #removeTimer(timer: Timer): boolean {
    const at = position(this.timers, (other) => compareTimers(other, timer) < 0);
    const there = this.timers[at];
    if (there === undefined || compareTimers(there, timer) !== 0) return false;
    this.timers.splice(at, 1);
    return true;
  }

  writeMark(name: string, value: number): void {
    const before = this.marks.get(name);
    this.marks.set(name, value);
    this.#wrote({ method: 'writeMark' }, () => restore(this.marks, name, before));
  }

  clearMark(name: string): void {
    const before = this.marks.get(name);
    if (!this.marks.delete(name)) return;
    this.#wrote({ method: 'clearMark' }, () => restore(this.marks, name, before));
  }

  setAlarm(at: number | undefined): void {
    const before = this.alarm;
    this.alarm = at;
    this.#wrote({ method: 'setAlarm' }, () => {
      this.alarm = before;
    });
  }

  /** Entries of an execution, read as the real store reads them. */
  readJournal(serial: number): JournalEntry[] {
    return (this.journals.get(serial) ?? []).map(({ text }) => JSON.parse(text) as JournalEntry);
  }

  /** Entries of an execution, for the checks: nothing is read back. */
  entriesOf(serial: number): JournalEntry[] {
    return (this.journals.get(serial) ?? []).map(({ entry }) => entry);
  }
}

export function compareTimers(a: Timer, b: Timer): number {
  return a.due - b.due || a.serial - b.serial || a.step - b.step;
}

/** The first index at which `before` is false; `before` is true up to some index and false from it on. */
export function position<T>(list: readonly T[], before: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function undo(writes: readonly Undoable[]): void {
  for (const write of writes.toReversed()) write.undo();
}

function restore<Key, Value>(map: Map<Key, Value>, key: Key, before: Value | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}
