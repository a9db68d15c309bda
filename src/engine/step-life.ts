// Step life: what a kind of step may do between its call and its result. The kinds in steps/ are written against it.
import type {
  AttemptFailedEntry,
  CompletedEntry,
  FaultedEntry,
  StepEntry,
  WaitingEntry,
} from '../core/step.ts';
import type { Ports } from './port.ts';
import type { Stop } from './stop.ts';
import type { SentEvent, Wanted } from './waits.ts';

type Draft<Entry> = Omit<Entry, 'step' | 'name' | 'kind' | 'phase'>;

/** A journal entry without what the run itself knows. */
export type EntryDraft =
  | Draft<AttemptFailedEntry>
  | Draft<WaitingEntry>
  | Draft<CompletedEntry>
  | Draft<FaultedEntry>;

/** How an attempt went; `startedAt` in ms since the epoch. */
export type Tried<T> =
  | { readonly ok: true; readonly value: T; readonly startedAt: number }
  | { readonly ok: false; readonly thrown: unknown; readonly startedAt: number };

export interface StepLife {
  /** The step's name in the journal: the author's, with `#2` and so on where it was called before. */
  readonly label: string;
  readonly step: { readonly name: string; readonly count: number };
  /** How many steps were called before it. */
  readonly ordinal: number;
  /** What the journal has of this step, oldest first; nothing of it settles the step. */
  readonly past: readonly StepEntry[];
  readonly ports: Ports;
  /** Names of the secrets that the workflow declared. */
  readonly secrets: readonly string[];
  /** Id of the execution. */
  readonly execution: string;
  /** How deep it lies in a chain of executions, each started by a step of the one before. */
  readonly depth: number;
  /** The same for every attempt of the step, printable ASCII. */
  readonly idempotencyKey: string;
  /** Whether the execution's journal has no room for more results: what failed is not tried again. */
  isFull(): boolean;
  /** The execution's trace with a new span, for one outbound request; undefined where the delivery carried none. */
  traceparent(): string | undefined;
  /** Makes one attempt, which is told when nobody waits for it any more. Does not return where the execution ended meanwhile. */
  attempt<T>(work: (stop: Stop) => Promise<T>): Promise<Tried<T>>;
  /** Awaits code of the author's that is no attempt, such as a delay function. Does not return where the execution ended. */
  outside<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Returns once `due` (ms since the epoch; undefined: never) has come, or with an event that is wanted, whichever is first.
   * Rejects with what the condition on the event throws.
   */
  until(due: number | undefined, wanted?: Wanted): Promise<SentEvent | undefined>;
  /**
   * Journals an entry, in one commit with the timer it replaces and the timer it sets (`due`, ms since the epoch).
   * @throws {StorageFault} which the step must let through.
   */
  write(entry: EntryDraft, due?: number): void;
}

/** A kind of step: settles its step by writing a `completed` or a `faulted` entry. Rejects only for storage faults and bugs. */
export type StepProgram = (life: StepLife) => Promise<void>;
