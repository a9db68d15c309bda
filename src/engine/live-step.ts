// Live step: what a run gives each kind of step to live by (StepLife): attempts, waits and writes that end with the step's phase.
import { isTerminal, type StepKind } from '../core/step.ts';
import { formatTraceparent, parseTraceparent } from '../core/trace.ts';
import type { Compensation } from './compensation.ts';
import type { WorkflowDefinition } from './define.ts';
import type { JournalWriter } from './journal-writer.ts';
import type { Phase } from './phase.ts';
import type { ExecutionRecord, Ports } from './port.ts';
import type { ResultQueue } from './result-queue.ts';
import type { Claim } from './step-calls.ts';
import type { EntryDraft, StepLife, Tried } from './step-life.ts';
import type { Stop } from './stop.ts';
import type { SentEvent, Wanted, Waits } from './waits.ts';

export interface LiveAttempt {
  readonly name: string;
  readonly kind: StepKind;
  /** ms since the epoch. */
  readonly startedAt: number;
}

/** What the steps of a run share. */
export interface Desk {
  readonly id: string;
  readonly record: ExecutionRecord;
  readonly definition: WorkflowDefinition;
  readonly ports: Ports;
  readonly writer: JournalWriter;
  readonly results: ResultQueue;
  readonly waits: Waits;
  readonly compensation: Compensation;
  /** Attempts under way, by the step's ordinal. */
  readonly attempts: Map<number, LiveAttempt>;
  /** Whether the run is over. */
  readonly over: () => boolean;
  /** An attempt begins, at ms since the epoch. */
  readonly begins: (at: number) => void;
  /** Something that the status shows has changed. */
  readonly changed: () => void;
}

/** A promise for code whose phase is over: it never settles. One of its own, so that it is collected with the code that awaits it. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/**
 * The life of one step in one phase.
 * @param undoes the ordinal of the step that it undoes, where it is a rollback
 */
export function makeLife(
  desk: Desk,
  claim: Claim,
  kind: StepKind,
  phase: Phase,
  undoes: number | undefined,
): StepLife {
  const { id, record, definition, ports } = desk;
  const { ordinal, label, step, past } = claim;
  const isOver = () => desk.over() || phase.over;
  const ifLive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isOver()) return never();
    const value = await work();
    return isOver() ? never() : value;
  };
  return {
    label,
    step,
    ordinal,
    past: past?.entries ?? [],
    ports,
    secrets: definition.secrets,
    execution: id,
    depth: record.parent?.depth ?? record.event.depth ?? 0,
    idempotencyKey: keyOf(desk, ordinal, phase, undoes),
    isFull: () => desk.writer.isFull,
    traceparent: () => childTrace(record.traceparent, ports),
    attempt: (work) => ifLive(() => attempt(desk, { ordinal, label, kind, phase }, work)),
    outside: ifLive,
    until: (due, wanted) => ifLive(() => wait(desk, ordinal, due, wanted)),
    write: (draft, due) => {
      if (!isOver()) write(desk, { ordinal, label, kind, phase }, draft, due);
    },
  };
}

/**
 * A redrive goes on under the keys of the first run, so those of the body are the body's alone: were a rollback to have the key of
 * the step that would have come next, a peer would take that step of the redrive for the rollback that it has done.
 */
function keyOf({ id, record }: Desk, ordinal: number, { name }: Phase, undoes: number | undefined): string {
  const first = record.origin ?? id;
  if (undoes !== undefined) return `${first}.${undoes}.rollback`;
  return name === 'failure' ? `${id}.${ordinal}.failure` : `${first}.${ordinal}`;
}

interface Named {
  readonly ordinal: number;
  readonly label: string;
  readonly kind: StepKind;
  readonly phase: Phase;
}

async function attempt<T>(
  desk: Desk,
  { ordinal, label, kind, phase }: Named,
  work: (stop: Stop) => Promise<T>,
): Promise<Tried<T>> {
  const { ports, attempts } = desk;
  const startedAt = ports.clock.now();
  desk.begins(startedAt);
  attempts.set(ordinal, { name: label, kind, startedAt });
  desk.changed();
  try {
    const value = await ports.scope.run(label, async () => work(phase.stop));
    return { ok: true, value, startedAt };
  } catch (thrown) {
    return { ok: false, thrown, startedAt };
  } finally {
    if (!phase.over) attempts.delete(ordinal);
  }
}

function wait(
  { waits, results }: Desk,
  ordinal: number,
  due: number | undefined,
  wanted: Wanted | undefined,
): Promise<SentEvent | undefined> {
  const ended = waits.until(ordinal, due, wanted);
  results.pump();
  return ended;
}

function write(
  desk: Desk,
  { ordinal, label, kind, phase }: Named,
  draft: EntryDraft,
  due: number | undefined,
): void {
  const named = { ...draft, step: ordinal, name: label, kind };
  const entry = desk.writer.write(phase.name === undefined ? named : { ...named, phase: phase.name }, due);
  if (entry.type === 'completed') desk.compensation.completed(label, entry.output);
  if (isTerminal(entry)) desk.results.arrive(entry);
  desk.changed();
}

/** The delivery's trace with a span of its own; undefined where it had none. */
function childTrace(traceparent: string | undefined, { clock }: Ports): string | undefined {
  const trace = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  if (trace === undefined) return undefined;
  const spanId = Array.from(clock.randomBytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return formatTraceparent({ ...trace, spanId });
}
