// Ports: the engine's only ways to storage, time and the network. A workflow object gives the real ones, the simulation its own.
import type { Accepted, ParentStep } from '../core/acceptance.ts';
import type { WrittenDelivery } from '../core/delivery.ts';
import type { EventAttributes } from '../core/event.ts';
import type { ExecutionStatus, FinalStatus } from '../core/execution.ts';
import type { Result } from '../core/result.ts';
import type { JournalEntry, StepError } from '../core/step.ts';
import type { OutboundPorts } from './outbound/request.ts';

/** What is stored of an execution. `open` stands for pending, running and waiting: the journal tells them apart. */
export interface ExecutionRecord {
  /** The last part of the execution's id as a number: unique within the object and rising with time (src/core/serial.ts). */
  readonly serial: number;
  readonly key: string;
  readonly fingerprint: string | undefined;
  readonly version: string;
  readonly event: EventAttributes;
  /** Input as JSON text. */
  readonly data: string;
  readonly traceparent: string | undefined;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly status: 'open' | Extract<ExecutionStatus, 'suspended' | FinalStatus>;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Encoded by the codec. */
  readonly output: string | undefined;
  readonly error: StepError | undefined;
  /** Why it is suspended. */
  readonly reason: string | undefined;
  /** Id of the execution that this one is a redrive of, whose idempotency keys it goes on using. */
  readonly origin: string | undefined;
  /** The step of another execution that invoked this one and waits for it. */
  readonly parent: ParentStep | undefined;
  /** Where each counted rate limit stood after this acceptance (GCRA's theoretical arrival time, ms), by the limit's name. */
  readonly limits: Readonly<Record<string, number>> | undefined;
}

/** What a list tells of an execution: without what came in and what came out. */
export type ExecutionSummary = Pick<
  ExecutionRecord,
  'serial' | 'version' | 'event' | 'createdAt' | 'status' | 'endedAt'
>;

/** How an execution ended. */
export interface Outcome {
  readonly status: FinalStatus;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly output?: string | undefined;
  readonly error?: StepError | undefined;
}

/** A due time that must wake a step of an execution; {@link leaseStep} stands for the execution as a whole. */
export interface Timer {
  /** ms since the epoch. */
  readonly due: number;
  readonly serial: number;
  readonly step: number;
}

/** The step of a timer that is a lease on an execution which has been live for long, rather than a wait of a step. */
export const leaseStep = -1;

/** The step of a timer at which the execution as a whole must have ended. */
export const deadlineStep = -2;

/** The serial of timers that belong to no execution: the purge, and the schedules, each by its step. */
export const objectSerial = 0;

/** The step of the purge's timer; schedules have the steps from 0 on. */
export const purgeStep = -3;

/** Serials from `since` (inclusive) to `until` (exclusive). */
export interface StoredList {
  readonly status: ExecutionRecord['status'] | undefined;
  readonly since: number;
  readonly until: number;
  readonly max: number;
}

/**
 * The storage of one object, synchronous. Whatever throws is a storage fault. What is written in one `transaction` is
 * durable together or not at all; nested transactions are savepoints. What is too large for a row is the store's own matter.
 */
export interface Store {
  /** Rises with every write: while it stands, what was read is as it was. */
  revision(): number;
  transaction<T>(work: () => T): T;
  /** Resolves once all that was written before is durable; rejects where it will not be: the object is about to be reset. */
  committed(): Promise<void>;
  /**
   * With the delivery that brought its event, where one did: in the same row.
   * @returns false where an execution has the key already: nothing is stored then
   */
  insertExecution(record: ExecutionRecord, delivery?: WrittenDelivery): boolean;
  readExecution(serial: number): ExecutionRecord | undefined;
  findByKey(key: string): Pick<ExecutionRecord, 'serial' | 'fingerprint' | 'status'> | undefined;
  finishExecution(serial: number, outcome: Outcome): void;
  /** Serials of the open executions from `from` on, oldest first. */
  openExecutions(from: number, max: number): number[];
  lastSerial(): number | undefined;
  /** Where the rate limit `name` stood after the newest execution after `after` that it counted. */
  lastArrivalTime(name: string, after: number): number | undefined;
  readJournal(serial: number): JournalEntry[];
  /** Entries of the journal of an execution. */
  journalLength(serial: number): number;
  /** Newest first. */
  listExecutions(question: StoredList): ExecutionSummary[];
  /**
   * Deletes executions before `until` that ended before the moment of their outcome, with their journals; oldest first, `max` at most.
   * @returns how many
   */
  purgeExecutions(until: number, endedBefore: Readonly<Record<FinalStatus, number>>, max: number): number;
  /** `seq` counts from 0 within the execution. */
  appendEntry(serial: number, seq: number, entry: JournalEntry): void;
  setTimer(timer: Timer): void;
  clearTimer(timer: Timer): void;
  /** Timers due at `now` that come after `after` in (due, serial, step) order. */
  dueTimers(now: number, after: Timer | undefined, max: number): Timer[];
  /** The earliest due time later than `after`. */
  nextDue(after: number): number | undefined;
  /** A number that the object keeps under a name: the low-water mark, when a schedule last ran. */
  readMark(name: string): number | undefined;
  writeMark(name: string, value: number): void;
  clearMark(name: string): void;
  /** Holds an open execution: `suspended`, and why. */
  suspendExecution(serial: number, reason: string): void;
  /** Makes a suspended execution open again. */
  resumeExecution(serial: number): void;
}

/** The object's one alarm. */
export interface AlarmPort {
  /** When it will ring, ms since the epoch; undefined where it is not set. */
  read(): number | undefined;
  /** Sets it in the same commit as the writes of this turn. */
  set(at: number): void;
}

export interface ClockPort {
  /** ms since the epoch. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  randomBytes(length: number): Uint8Array;
  uuid(): string;
  /** Resolves once everything that can run without I/O has run: the end of this turn of the event loop. */
  turn(): Promise<void>;
  /** The same, once whoever calls the object meanwhile has been let in. */
  letIn(): Promise<void>;
  /** Resolves after so many ms, or when `signal` aborts. */
  after(ms: number, signal: AbortSignal): Promise<void>;
}

/** Tells in which step code runs, across its awaits (AsyncLocalStorage): a step inside a step is refused by it. */
export interface ScopePort {
  run<T>(step: string, work: () => T): T;
  current(): string | undefined;
}

/** How an invoked execution ended; `output` is encoded by the codec. */
export interface PeerOutcome {
  readonly status: FinalStatus;
  readonly output: string | undefined;
  readonly error: StepError | undefined;
}

/** Other executions of this deployment, wherever they live. A throw means that they could not be reached: try again. */
export interface PeerPort {
  /** Starts an execution; the same key is the same one. The error is a sentence. */
  start(request: {
    readonly workflow: string;
    readonly key: string;
    readonly data: string;
    readonly parent: ParentStep;
    readonly traceparent: string | undefined;
  }): Promise<Result<string, string>>;
  /** Undefined while it is not final. */
  outcome(id: string): Promise<PeerOutcome | undefined>;
  /** @param compensate whether the rollbacks of its steps run */
  cancel(id: string, compensate: boolean): Promise<void>;
  /** The execution that an event with this key has started in another shard of a workflow, if it has. */
  find(workflow: string, shard: number, key: string): Promise<Accepted | undefined>;
  /** Tells an execution that what a step of it waits for may have happened. */
  hurry(id: string, step: number): Promise<void>;
  /** Sends an event to every workflow that has a trigger on it; gives the ids of the executions. */
  emit(
    event: EventAttributes & { readonly data: string },
    key: string,
    traceparent: string | undefined,
  ): Promise<string[]>;
}

/** Makes the links of approvals: signed, so that nobody else can. */
export interface ApprovalPort {
  link(claims: {
    readonly execution: string;
    readonly step: number;
    readonly expiresAt: number;
    readonly question?: string;
  }): Promise<{
    readonly url: string;
    readonly token: string;
  }>;
}

export interface Ports {
  readonly peers: PeerPort;
  readonly approvals: ApprovalPort;
  readonly store: Store;
  readonly alarm: AlarmPort;
  readonly clock: ClockPort;
  readonly scope: ScopePort;
  readonly outbound: OutboundPorts;
  /** Headers of a message by Standard Webhooks 1.0.0: `webhook-id`, `-timestamp` (s since the epoch) and `-signature`. */
  signCallback(secret: string, id: string, timestamp: number, body: string): Promise<Record<string, string>>;
  /** Takes secrets' values out of a text that is about to be written down. */
  redact(text: string): string;
  /** A defect or a fault for the operator: structured, free of payloads and secrets. */
  report(what: string, details: Readonly<Record<string, string | number>>): void;
}
