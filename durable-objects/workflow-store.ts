// Workflow store: what a workflow object keeps in SQLite; the SQL of the journals is in workflow-journal.ts, that of what no row takes in
// workflow-part.ts.
//
// Rows are money ($1 a million written, index entries included; Cloudflare, 2026-11), so: an execution is one row and one index
// entry (its key); a journal entry is one row, whatever fits it; a wait is one row more. Status and rate limits have no rows of their own.
import type { WrittenDelivery } from '../src/core/delivery.ts';
import type { FinalStatus } from '../src/core/execution.ts';
import type {
  ExecutionRecord,
  ExecutionSummary,
  Outcome,
  Store,
  StoredList,
  Timer,
} from '../src/engine/port.ts';
import type { JournalEntry } from '../src/core/step.ts';
import { limit } from '../src/core/limit.ts';
import { StorageFault } from '../src/engine/error.ts';
import { migrate } from './migration.ts';
import { WorkflowJournal } from './workflow-journal.ts';
import {
  fitsBytes,
  outputParts,
  partsMark,
  splitText,
  type Statements,
  WorkflowParts,
} from './workflow-part.ts';
import {
  executionColumns,
  type ExecutionRow,
  readRow,
  readStatus,
  readSummary,
  summaryColumns,
  type SummaryRow,
} from './workflow-row.ts';
import { workflowMigrations } from './workflow-schema.ts';

/** An output up to which no look at its row is needed: what is left beside the largest input. */
const outputBytesSure = limit.rowTextBytesMax - limit.bodyBytesCeiling;

/** The engine's storage on an object's SQLite. */
export class WorkflowStore implements Store {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #journal: WorkflowJournal;
  readonly #parts: WorkflowParts;
  #revision = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    const statements: Statements = {
      read: (question, ...bindings) => this.#read(question, ...bindings),
      write: (statement, ...bindings) => void this.#write(statement, ...bindings),
      transaction: (work) => this.transaction(work),
    };
    this.#parts = new WorkflowParts(statements);
    this.#journal = new WorkflowJournal(statements, this.#parts);
    migrate(storage, workflowMigrations);
  }

  revision(): number {
    return this.#revision;
  }

  transaction<T>(work: () => T): T {
    let thrown: { readonly error: unknown } | undefined;
    try {
      return this.#storage.transactionSync(() => {
        try {
          return work();
        } catch (error) {
          thrown = { error };
          throw error;
        }
      });
    } catch (cause) {
      if (thrown !== undefined) throw thrown.error;
      throw new StorageFault('the object’s storage did not take a commit', { cause });
    }
  }

  committed(): Promise<void> {
    return this.#storage.sync();
  }

  insertExecution(record: ExecutionRecord, delivery?: WrittenDelivery): boolean {
    const rowsWritten = this.#write(
      `insert into execution (serial, key, fingerprint, version, event, data, traceparent, created_at, status, origin, parent, limits, delivery, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing`,
      record.serial,
      record.key,
      record.fingerprint ?? null,
      record.version,
      JSON.stringify(record.event),
      record.data,
      record.traceparent ?? null,
      record.createdAt,
      record.status,
      record.origin ?? null,
      record.parent === undefined ? null : JSON.stringify(record.parent),
      record.limits === undefined ? null : JSON.stringify(record.limits),
      delivery?.text ?? null,
      delivery?.bytes ?? null,
    );
    return rowsWritten > 0;
  }

  readExecution(serial: number): ExecutionRecord | undefined {
    const [row] = this.#read<ExecutionRow>(
      `select ${executionColumns} from execution where serial = ?`,
      serial,
    );
    if (row === undefined) return undefined;
    return row.error === partsMark
      ? readRow({ ...row, error: null, output: this.#parts.read(serial, outputParts) })
      : readRow(row);
  }

  findByKey(key: string): Pick<ExecutionRecord, 'serial' | 'fingerprint' | 'status'> | undefined {
    const [row] = this.#read<Pick<ExecutionRow, 'serial' | 'fingerprint' | 'status'>>(
      'select serial, fingerprint, status from execution where key = ?',
      key,
    );
    return (
      row && { serial: row.serial, fingerprint: row.fingerprint ?? undefined, status: readStatus(row.status) }
    );
  }

  finishExecution(serial: number, outcome: Outcome): void {
    const { output, error } = outcome;
    if (output === undefined || this.#fitsRow(serial, output)) {
      this.#finish(serial, outcome, output ?? null, error === undefined ? null : JSON.stringify(error));
      return;
    }
    this.transaction(() => {
      // It has no error where it has an output: the column tells of the parts.
      this.#finish(serial, outcome, null, partsMark);
      this.#parts.write(serial, outputParts, splitText(output));
    });
  }

  #finish(
    serial: number,
    { status, startedAt, endedAt }: Outcome,
    output: string | null,
    error: string | null,
  ): void {
    this.#write(
      'update execution set status = ?, started_at = ?, ended_at = ?, output = ?, error = ? where serial = ?',
      status,
      startedAt,
      endedAt,
      output,
      error,
      serial,
    );
  }

  /** Whether an output fits the row of its execution, beside what came in. */
  #fitsRow(serial: number, output: string): boolean {
    if (fitsBytes(output, outputBytesSure)) return true;
    const [row] = this.#read<{ bytes: number }>(
      'select length(cast(data as blob)) + coalesce(length(body), 0) as bytes from execution where serial = ?',
      serial,
    );
    return row === undefined || fitsBytes(output, limit.rowTextBytesMax - row.bytes);
  }

  suspendExecution(serial: number, reason: string): void {
    this.#write("update execution set status = 'suspended', reason = ? where serial = ?", reason, serial);
  }

  resumeExecution(serial: number): void {
    this.#write("update execution set status = 'open', reason = null where serial = ?", serial);
  }

  openExecutions(from: number, max: number): number[] {
    const rows = this.#read<{ serial: number }>(
      "select serial from execution where serial >= ? and status = 'open' order by serial limit ?",
      from,
      max,
    );
    return rows.map(({ serial }) => serial);
  }

  lastSerial(): number | undefined {
    const [row] = this.#read<{ last: number | null }>('select max(serial) as last from execution');
    return row?.last ?? undefined;
  }

  lastArrivalTime(name: string, after: number): number | undefined {
    const path = `$.${JSON.stringify(name)}`;
    const [row] = this.#read<{ time: number }>(
      `select json_extract(limits, ?) as time from execution
       where serial > ? and json_extract(limits, ?) is not null order by serial desc limit 1`,
      path,
      after,
      path,
    );
    return row?.time;
  }

  readJournal(serial: number): JournalEntry[] {
    return this.#journal.read(serial);
  }

  appendEntry(serial: number, seq: number, entry: JournalEntry): void {
    this.#journal.append(serial, seq, entry);
  }

  journalLength(serial: number): number {
    return this.#journal.length(serial);
  }

  listExecutions({ status, since, until, max }: StoredList): ExecutionSummary[] {
    const rows = this.#read<SummaryRow>(
      `select ${summaryColumns} from execution where serial >= ? and serial < ? and (?3 is null or status = ?3) order by serial desc limit ?4`,
      since,
      until,
      status ?? null,
      max,
    );
    return rows.map(readSummary);
  }

  purgeExecutions(until: number, ended: Readonly<Record<FinalStatus, number>>, max: number): number {
    const rows = this.#read<{ serial: number }>(
      `select serial from execution where serial < ?1 and (
         (status = 'completed' and ended_at < ?2) or (status = 'faulted' and ended_at < ?3) or (status = 'cancelled' and ended_at < ?4)
       ) order by serial limit ?5`,
      until,
      ended.completed,
      ended.faulted,
      ended.cancelled,
      max,
    );
    const serials = rows.map(({ serial }) => serial);
    for (const serial of serials) {
      this.#journal.delete(serial);
      this.#write('delete from execution where serial = ?', serial);
    }
    return serials.length;
  }

  readMark(name: string): number | undefined {
    const [row] = this.#read<{ value: number }>('select value from mark where name = ?', name);
    return row?.value;
  }

  writeMark(name: string, value: number): void {
    this.#write(
      'insert into mark (name, value) values (?1, ?2) on conflict (name) do update set value = ?2',
      name,
      value,
    );
  }

  clearMark(name: string): void {
    this.#write('delete from mark where name = ?', name);
  }

  setTimer({ due, serial, step }: Timer): void {
    this.#write('insert or ignore into timer (due, execution, step) values (?, ?, ?)', due, serial, step);
  }

  clearTimer({ due, serial, step }: Timer): void {
    this.#write('delete from timer where due = ? and execution = ? and step = ?', due, serial, step);
  }

  dueTimers(now: number, after: Timer | undefined, max: number): Timer[] {
    const rows = this.#read<{ due: number; execution: number; step: number }>(
      'select due, execution, step from timer where due <= ? and (due, execution, step) > (?, ?, ?) order by due, execution, step limit ?',
      now,
      after?.due ?? -1,
      after?.serial ?? -1,
      after?.step ?? -2,
      max,
    );
    return rows.map(({ due, execution, step }) => ({ due, serial: execution, step }));
  }

  nextDue(after: number): number | undefined {
    const [row] = this.#read<{ due: number }>(
      'select due from timer where due > ? order by due limit 1',
      after,
    );
    return row?.due;
  }

  /** The rows of a question; a storage fault where the platform does not answer it. */
  #read<Row extends Record<string, SqlStorageValue>>(
    question: string,
    ...bindings: SqlStorageValue[]
  ): Row[] {
    try {
      return this.#sql.exec<Row>(question, ...bindings).toArray();
    } catch (cause) {
      throw new StorageFault('the object’s storage did not answer', { cause });
    }
  }

  /**
   * Runs a statement that writes; what the platform throws becomes a storage fault, so that nothing takes it for a step's failure.
   * @returns how many rows it has written, those of indices among them
   */
  #write(statement: string, ...bindings: (string | number | ArrayBuffer | null)[]): number {
    this.#revision += 1;
    try {
      return this.#sql.exec(statement, ...bindings).rowsWritten;
    } catch (cause) {
      throw new StorageFault('the object’s storage did not take a write', { cause });
    }
  }
}
