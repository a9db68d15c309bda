// Step: the kinds, states and errors of an execution's durable units, and the entries of its journal.

/** What a step does; `do` runs code, `http` and `poll` ask a peer, the others wait or journal a value. */
export type StepKind =
  | 'do'
  | 'http'
  | 'poll'
  | 'sleep'
  | 'wait'
  | 'approval'
  | 'invoke'
  | 'emit'
  | 'value'
  | 'compensation';

/** An error as plain data: it is journaled, shown in the status and thrown again on replay. Secrets are redacted before. */
export interface StepError {
  /** A stable code, such as `http-status`, `timeout`, `non-retryable`, `error`, `interrupted`. */
  readonly code: string;
  /** The name of the JavaScript error, such as `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** The step that failed, where one did. */
  readonly step?: string;
  /** False where trying again cannot help. */
  readonly retryable?: boolean;
  /** The status a peer answered, for `http` and `poll`. */
  readonly httpStatus?: number;
}

interface EntryOfStep {
  /** Ordinal of the step's call within the execution, from 0: the same on every replay. */
  readonly step: number;
  /** The author's name for it; repeated calls get `#2`, `#3`, … */
  readonly name: string;
  readonly kind: StepKind;
  /** When the attempt (or the wait) began, ms since the epoch. */
  readonly startedAt: number;
  /** Which code called the step, where it was not the workflow's body: its rollbacks, or its handler of failures. */
  readonly phase?: 'compensation' | 'failure';
}

/** An attempt failed and another follows at `retryAt`. */
export interface AttemptFailedEntry extends EntryOfStep {
  readonly type: 'attempt-failed';
  readonly attempt: number;
  readonly endedAt: number;
  readonly error: StepError;
  /** When the next attempt is due, ms since the epoch. */
  readonly retryAt: number;
}

/** The step waits: a sleep until `dueAt`, a poll until its next question, an event until it comes or `dueAt` passes. */
export interface WaitingEntry extends EntryOfStep {
  readonly type: 'waiting';
  /** When the wait ends by itself, ms since the epoch; absent where only an event ends it. */
  readonly dueAt?: number;
  /** How many times a poll has asked. */
  readonly attempt?: number;
  readonly endedAt?: number;
  /** What the step kind needs to go on after a replay (encoded by the codec). */
  readonly state?: string;
}

/** The step is done; `output` is encoded by the codec, absent for undefined. */
export interface CompletedEntry extends EntryOfStep {
  readonly type: 'completed';
  readonly attempt: number;
  readonly endedAt: number;
  readonly output?: string;
  /** Which of the events that were sent it took, as a `wait`; counted from 0. */
  readonly event?: number;
  /** True where the author keeps the output out of the status endpoint. */
  readonly sensitive?: true;
}

/** The step failed for good: its error is thrown at the workflow's code. */
export interface FaultedEntry extends EntryOfStep {
  readonly type: 'faulted';
  readonly attempt: number;
  readonly endedAt: number;
  readonly error: StepError;
}

/** Attempts were cut off by a crash or an eviction; counted, so that a step that kills its object cannot do so for ever. */
export interface InterruptedEntry {
  readonly type: 'interrupted';
  readonly at: number;
}

/** An event was sent to the execution. It is kept until a step waits for it. */
export interface EventReceivedEntry {
  readonly type: 'event-received';
  readonly at: number;
  /** How many were sent before it. */
  readonly index: number;
  /** The sender's own id of it: the same id again is the same event. */
  readonly id: string;
  /** Its type. */
  readonly event: string;
  /** Its data, encoded by the codec. */
  readonly data: string;
}

/** The workflow's body is no longer run: the execution was cancelled, or its deadline has passed. What follows is clearing up. */
export interface CutEntry {
  readonly type: 'cut';
  readonly at: number;
  readonly reason: 'cancelled' | 'deadline';
  /** Whether the steps' rollbacks run. */
  readonly compensate: boolean;
}

/** One line of an execution's journal, append-only: the order of lines is the order in which the workflow saw the results. */
export type JournalEntry =
  | AttemptFailedEntry
  | WaitingEntry
  | CompletedEntry
  | FaultedEntry
  | InterruptedEntry
  | EventReceivedEntry
  | CutEntry;

/** An entry about one step. */
export type StepEntry = Exclude<JournalEntry, InterruptedEntry | EventReceivedEntry | CutEntry>;

export function isStepEntry(entry: JournalEntry): entry is StepEntry {
  return entry.type !== 'interrupted' && entry.type !== 'event-received' && entry.type !== 'cut';
}

/** An entry that settles its step. */
export function isTerminal(entry: JournalEntry): entry is CompletedEntry | FaultedEntry {
  return entry.type === 'completed' || entry.type === 'faulted';
}
