// Store: the engine's storage port for one life of a simulated object, on the disk that outlives it. Any write can fail, and the
// object can die right before or right after any commit.
import type {
  ExecutionRecord,
  ExecutionSummary,
  Outcome,
  Store,
  StoredList,
  Timer,
} from '../../src/engine/port.ts';
import type { FinalStatus } from '../../src/core/execution.ts';
import type { JournalEntry } from '../../src/core/step.ts';
import { StorageFault } from '../../src/engine/error.ts';
import { compareTimers, type Disk, type Operation, position } from './disk.ts';

/** Text of every simulated storage fault: it must never be found in a journal. */
export const storageFaultMark = 'simulated disk fault';

/** What the store asks of the life it belongs to. */
export interface StoreHost {
  /** Throws where the life is over. */
  alive(): void;
  /** Whether the storage fails here. */
  fails(kind: 'write' | 'read' | 'commit', method: string): boolean;
  /** Right before a commit: does not return where the life ends here. The transaction is still open. */
  committing(operations: readonly Operation[]): void;
  /** Right after a commit: does not return where the life ends here. */
  committed(operations: readonly Operation[]): void;
  /** Calls `then` once all that was committed is durable; never, where the life ends before. */
  whenDurable(then: () => void): void;
  /** The engine wrote what can't be right. */
  defect(what: string): void;
}

export class SimulatedStore implements Store {
  readonly #disk: Disk;
  readonly #host: StoreHost;
  #revision = 0;

  constructor(disk: Disk, host: StoreHost) {
    this.#disk = disk;
    this.#host = host;
  }

  revision(): number {
    return this.#revision;
  }

  transaction<T>(work: () => T): T {
    this.#host.alive();
    return this.#disk.inTransaction ? this.#nested(work) : this.#outermost(work);
  }

  committed(): Promise<void> {
    this.#host.alive();
    return new Promise((resolve) => this.#host.whenDurable(resolve));
  }

  #nested<T>(work: () => T): T {
    const savepoint = this.#disk.savepoint();
    try {
      return work();
    } catch (error) {
      this.#disk.rollbackTo(savepoint);
      throw error;
    }
  }

  #outermost<T>(work: () => T): T {
    const disk = this.#disk;
    disk.begin();
    let result: T;
    try {
      result = work();
      // A transaction that wrote nothing is no commit.
      const { written } = disk;
      if (written.length > 0) {
        // Setting the alarm alone does not fail in the turn that does it.
        const isAlarm = written.every(({ method }) => method === 'setAlarm');
        if (!isAlarm && this.#host.fails('commit', written[0]?.method ?? ''))
          throw new StorageFault(`${storageFaultMark}: commit`);
        this.#host.committing(written);
      }
    } catch (error) {
      disk.rollback();
      throw error;
    }
    const operations = disk.commit();
    if (operations.length > 0) this.#host.committed(operations);
    return result;
  }

  #write(method: string, numbers: readonly (number | undefined)[], work: () => void): void {
    this.#host.alive();
    this.#revision += 1;
    for (const number of numbers) {
      // The real tables are STRICT: they refuse a fraction in an integer column.
      if (number !== undefined && !Number.isSafeInteger(number))
        this.#host.defect(`${method} was given ${number}, which is no integer`);
    }
    if (this.#host.fails('write', method)) throw new StorageFault(`${storageFaultMark}: ${method}`);
    if (this.#disk.inTransaction) work();
    else this.#outermost(work);
  }

  #read(method: string): Disk {
    this.#host.alive();
    if (this.#host.fails('read', method)) throw new StorageFault(`${storageFaultMark}: ${method}`);
    return this.#disk;
  }

  /** Sets the alarm in the transaction that is open, or in one of its own. Never fails by itself. */
  setAlarm(at: number | undefined): void {
    if (this.#disk.inTransaction) this.#disk.setAlarm(at);
    else this.#outermost(() => this.#disk.setAlarm(at));
  }

  insertExecution(record: ExecutionRecord): boolean {
    let inserted = false;
    this.#write('insertExecution', [record.serial, record.createdAt], () => {
      inserted = this.#disk.insertExecution(record, this.uniqueKeys);
    });
    return inserted;
  }

  /** Whether the table's index on keys is there; a mutation takes it away. */
  protected readonly uniqueKeys: boolean = true;

  readExecution(serial: number): ExecutionRecord | undefined {
    return this.#read('readExecution').executions.get(serial);
  }

  findByKey(key: string): Pick<ExecutionRecord, 'serial' | 'fingerprint' | 'status'> | undefined {
    const { keys, executions } = this.#read('findByKey');
    const serial = keys.get(key);
    const record = serial === undefined ? undefined : executions.get(serial);
    return record && { serial: record.serial, fingerprint: record.fingerprint, status: record.status };
  }

  finishExecution(serial: number, outcome: Outcome): void {
    const { status, startedAt, endedAt, output, error } = outcome;
    this.#write('finishExecution', [serial, startedAt, endedAt], () => {
      this.#disk.updateExecution('finishExecution', serial, { status, startedAt, endedAt, output, error });
    });
  }

  suspendExecution(serial: number, reason: string): void {
    this.#write('suspendExecution', [serial], () => {
      this.#disk.updateExecution('suspendExecution', serial, { status: 'suspended', reason });
    });
  }

  resumeExecution(serial: number): void {
    this.#write('resumeExecution', [serial], () => {
      this.#disk.updateExecution('resumeExecution', serial, { status: 'open', reason: undefined });
    });
  }

  openExecutions(from: number, max: number): number[] {
    const { serials, executions } = this.#read('openExecutions');
    const found: number[] = [];
    for (let at = position(serials, (serial) => serial < from); at < serials.length; at += 1) {
      const serial = serials[at]!;
      if (executions.get(serial)?.status === 'open') found.push(serial);
      if (found.length === max) break;
    }
    return found;
  }

  lastSerial(): number | undefined {
    return this.#read('lastSerial').serials.at(-1);
  }

  lastArrivalTime(name: string, after: number): number | undefined {
    const { serials, executions } = this.#read('lastArrivalTime');
    for (let at = serials.length - 1; at >= 0 && serials[at]! > after; at -= 1) {
      const time = executions.get(serials[at]!)?.limits?.[name];
      if (time !== undefined) return time;
    }
    return undefined;
  }

  readJournal(serial: number): JournalEntry[] {
    return this.#read('readJournal').readJournal(serial);
  }

  journalLength(serial: number): number {
    return this.#read('journalLength').journals.get(serial)?.length ?? 0;
  }

  listExecutions({ status, since, until, max }: StoredList): ExecutionSummary[] {
    const { serials, executions } = this.#read('listExecutions');
    return serials
      .filter((serial) => serial >= since && serial < until)
      .toReversed()
      .map((serial) => executions.get(serial)!)
      .filter((record) => status === undefined || record.status === status)
      .slice(0, max)
      .map(({ serial, version, event, createdAt, status: stored, endedAt }) => ({
        serial,
        version,
        event,
        createdAt,
        status: stored,
        endedAt,
      }));
  }

  purgeExecutions(until: number, endedBefore: Readonly<Record<FinalStatus, number>>, max: number): number {
    const { serials, executions } = this.#read('purgeExecutions');
    const gone = serials
      .filter((serial) => {
        const record = executions.get(serial);
        if (record === undefined || serial >= until) return false;
        if (record.status === 'open' || record.status === 'suspended') return false;
        return record.endedAt !== undefined && record.endedAt < endedBefore[record.status];
      })
      .slice(0, max);
    if (gone.length > 0) this.purge(gone);
    return gone.length;
  }

  protected purge(serials: readonly number[]): void {
    this.#write('purgeExecutions', [], () => {
      for (const serial of serials) this.#disk.deleteExecution(serial);
    });
  }

  appendEntry(serial: number, seq: number, entry: JournalEntry): void {
    const { startedAt, endedAt, dueAt, retryAt, at } = entry as unknown as Partial<Record<string, number>>;
    this.#write('appendEntry', [serial, seq, startedAt, endedAt, dueAt, retryAt, at], () => {
      this.#disk.appendEntry(serial, seq, entry);
    });
  }

  setTimer(timer: Timer): void {
    const { due, serial, step } = timer;
    this.#write('setTimer', [due, serial, step], () => this.#disk.setTimer(timer));
  }

  clearTimer(timer: Timer): void {
    this.#write('clearTimer', [], () => this.#disk.clearTimer(timer));
  }

  dueTimers(now: number, after: Timer | undefined, max: number): Timer[] {
    const { timers } = this.#read('dueTimers');
    const from = after === undefined ? 0 : position(timers, (timer) => compareTimers(timer, after) <= 0);
    const due: Timer[] = [];
    for (let at = from; at < timers.length && due.length < max; at += 1) {
      const timer = timers[at]!;
      if (timer.due > now) break;
      due.push(timer);
    }
    return due;
  }

  nextDue(after: number): number | undefined {
    const { timers } = this.#read('nextDue');
    return timers[position(timers, ({ due }) => due <= after)]?.due;
  }

  readMark(name: string): number | undefined {
    return this.#read('readMark').marks.get(name);
  }

  writeMark(name: string, value: number): void {
    this.#write('writeMark', [value], () => this.#disk.writeMark(name, value));
  }

  clearMark(name: string): void {
    this.#write('clearMark', [], () => this.#disk.clearMark(name));
  }
}
