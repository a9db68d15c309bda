// Show: an execution as its status endpoint tells it, built from the record, the journal and what is live.
import {
  executionPath,
  type ExecutionStatus,
  type ShownAttempt,
  type ShownStep,
  type StatusAnswer,
} from '../core/execution.ts';
import { isStepEntry, type JournalEntry, type StepEntry, type StepError } from '../core/step.ts';
import { readHistory } from './journal.ts';
import type { ExecutionRecord } from './port.ts';
import type { LiveAttempt } from './live-step.ts';
import type { Run } from './run.ts';
import { showOutputs } from './shown-output.ts';

interface Shown {
  readonly id: string;
  readonly workflow: string;
  readonly record: ExecutionRecord;
  readonly entries: readonly JournalEntry[];
  /** The run that is live in memory, where there is one. */
  readonly run: Run | undefined;
  readonly now: number;
}

/** The status of an execution: the record says whether it is over, the journal and the live run tell the rest. */
export function statusOf(
  record: Pick<ExecutionRecord, 'status'>,
  run: Run | undefined,
  hasEntries: boolean,
): ExecutionStatus {
  if (record.status !== 'open') return record.status;
  if (run !== undefined && !run.isParked) return 'running';
  return hasEntries ? 'waiting' : 'pending';
}

/** An execution as it is shown, whenever that is. */
export interface Representation extends Pick<StatusAnswer, 'body' | 'etag' | 'final'> {
  /** When a change can be expected, ms since the epoch; absent where only a caller can bring one. */
  readonly changeAt?: number;
}

/** What is answered at `now`: the representation, and when to ask again. */
export function answerOf({ changeAt, ...shown }: Representation, now: number): StatusAnswer {
  if (changeAt === undefined) return shown;
  return { ...shown, retryAfterSeconds: Math.max(1, Math.ceil((changeAt - now) / 1000)) };
}

/** The whole representation, with its validator. */
export function show({ id, workflow, record, entries, run, now }: Shown): Representation {
  const status = statusOf(record, run, entries.length > 0);
  const history = readHistory(entries);
  const final = record.endedAt !== undefined;
  const steps = stepsSoFar(entries, run?.attempts ?? new Map(), final);
  const outputs = showOutputs(record.output, outputsOf(steps));
  const shownSteps = steps.map(([ordinal, { shown }]) => {
    const [text, output] = [JSON.stringify(shown), outputs.steps.get(ordinal)];
    return output === undefined ? text : `${text.slice(0, -1)},${output}}`;
  });
  const head = {
    id,
    workflow,
    version: record.version,
    status,
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    event: { id: record.event.id, type: record.event.type, source: record.event.source },
    createdAt: iso(record.createdAt),
    startedAt: isoOrNull(record.startedAt ?? run?.startedAt ?? history.startedAt),
    endedAt: isoOrNull(record.endedAt),
  };
  const tail = {
    error: record.error === undefined ? null : showError(record.error),
    links: { self: executionPath(id), workflow: `/v1/workflows/${workflow}` },
  };
  const body = `${JSON.stringify(head).slice(0, -1)},"steps":[${shownSteps.join(',')}],${outputs.own},${JSON.stringify(tail).slice(1)}`;
  const shown = { body, etag: etagOf(body), final };
  if (final || status === 'suspended') return shown;
  const changeAt = status === 'waiting' ? earliest(history.timers) : now;
  return changeAt === undefined ? shown : { ...shown, changeAt };
}

interface StepSoFar {
  readonly shown: Omit<ShownStep, 'output' | 'outputOmittedBytes'>;
  /** As the journal has it. */
  output?: string;
}

/** Each step by its ordinal, in the order of their calls. */
function stepsSoFar(
  entries: readonly JournalEntry[],
  live: ReadonlyMap<number, LiveAttempt>,
  final: boolean,
): [number, StepSoFar][] {
  const steps = new Map<number, StepSoFar>();
  for (const entry of entries) {
    if (!isStepEntry(entry)) continue;
    const attempts: ShownAttempt[] = steps.get(entry.step)?.shown.attempts ?? [];
    const soFar: StepSoFar = { shown: showStep(entry, attempts, final) };
    if (entry.type === 'completed' && entry.output !== undefined && entry.sensitive !== true)
      soFar.output = entry.output;
    steps.set(entry.step, soFar);
  }
  for (const [ordinal, { name, kind, startedAt }] of live) {
    const attempts: ShownAttempt[] = steps.get(ordinal)?.shown.attempts ?? [];
    attempts.push({ startedAt: iso(startedAt), endedAt: null });
    steps.set(ordinal, { shown: { name, kind, status: 'running', attempts } });
  }
  return [...steps].toSorted(([a], [b]) => a - b);
}

function outputsOf(steps: readonly [number, StepSoFar][]): Map<number, string> {
  const outputs = new Map<number, string>();
  for (const [ordinal, { output }] of steps) if (output !== undefined) outputs.set(ordinal, output);
  return outputs;
}

function showStep(entry: StepEntry, attempts: ShownAttempt[], final: boolean): StepSoFar['shown'] {
  const { name, kind } = entry;
  if (entry.endedAt !== undefined) {
    const times = { startedAt: iso(entry.startedAt), endedAt: iso(entry.endedAt) };
    attempts.push('error' in entry ? { ...times, error: showError(entry.error) } : times);
  }
  switch (entry.type) {
    case 'completed':
    case 'faulted':
      return { name, kind, status: entry.type, attempts };
    case 'attempt-failed':
    case 'waiting': {
      if (final) return { name, kind, status: 'cancelled', attempts };
      const next = entry.type === 'waiting' ? entry.dueAt : entry.retryAt;
      return {
        name,
        kind,
        status: 'waiting',
        attempts,
        ...(next === undefined ? {} : { nextAttemptAt: iso(next) }),
      };
    }
  }
}

function showError({ code, name, message, step, httpStatus }: StepError) {
  return {
    code,
    name,
    message,
    ...(step === undefined ? {} : { step }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

function earliest(timers: ReadonlyMap<number, number>): number | undefined {
  let first: number | undefined;
  for (const due of timers.values()) first = Math.min(first ?? due, due);
  return first;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : iso(ms);
}

/**
 * A strong validator of the body: 53 bits of a non-cryptographic hash (two rounds of MurmurHash3's mixer, side by side) and its
 * length. Two bodies of one execution collide with a chance of 2^-53; nobody gains by making them.
 */
function etagOf(body: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < body.length; at += 1) {
    const unit = body.charCodeAt(at);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  const hash = (high & 0x1fffff) * 4_294_967_296 + (low >>> 0);
  return `"${body.length.toString(36)}-${hash.toString(36)}"`;
}
