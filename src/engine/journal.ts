// Journal: what a list of entries says about each step.
import {
  type CompletedEntry,
  type CutEntry,
  type EventReceivedEntry,
  type FaultedEntry,
  isStepEntry,
  isTerminal,
  type JournalEntry,
  type StepEntry,
  type StepKind,
} from '../core/step.ts';

export interface PastStep {
  readonly name: string;
  readonly kind: StepKind;
  readonly entries: StepEntry[];
  settled: boolean;
}

export interface History {
  /** By the ordinal of the step's call. */
  readonly steps: Map<number, PastStep>;
  /** Entries that settled a step, in the order in which the workflow's code saw them. */
  readonly terminal: readonly (CompletedEntry | FaultedEntry)[];
  /** Due times of the timers that stand in storage, by step. */
  readonly timers: ReadonlyMap<number, number>;
  /** When the first attempt or wait began; undefined where nothing was journaled. */
  readonly startedAt: number | undefined;
  /** Events that were sent and that no step has taken, oldest first. */
  readonly untaken: readonly EventReceivedEntry[];
  /** Events that were sent, all together. */
  readonly sent: readonly EventReceivedEntry[];
  readonly cut: CutEntry | undefined;
  /** The last phase of which there is an entry; absent: the body. */
  readonly reached: StepEntry['phase'];
  /** Interruptions since the last entry of any step. */
  readonly interruptions: number;
}

/** Reads a journal once, from its beginning. */
export function readHistory(entries: readonly JournalEntry[]): History {
  const steps = new Map<number, PastStep>();
  const terminal: (CompletedEntry | FaultedEntry)[] = [];
  const timers = new Map<number, number>();
  const sent: EventReceivedEntry[] = [];
  const taken = new Set<number>();
  let cut: CutEntry | undefined;
  let reached: StepEntry['phase'];
  let startedAt: number | undefined;
  let interruptions = 0;
  for (const entry of entries) {
    if (entry.type === 'interrupted') interruptions += 1;
    if (entry.type === 'event-received') sent.push(entry);
    if (entry.type === 'cut') cut = entry;
    if (!isStepEntry(entry)) continue;
    interruptions = 0;
    reached = entry.phase ?? reached;
    startedAt = Math.min(startedAt ?? entry.startedAt, entry.startedAt);
    const past = steps.get(entry.step);
    if (past === undefined) {
      steps.set(entry.step, {
        name: entry.name,
        kind: entry.kind,
        entries: [entry],
        settled: isTerminal(entry),
      });
    } else {
      past.entries.push(entry);
      past.settled ||= isTerminal(entry);
    }
    const due = dueOf(entry);
    if (due === undefined) timers.delete(entry.step);
    else timers.set(entry.step, due);
    if (!isTerminal(entry)) continue;
    terminal.push(entry);
    if (entry.type === 'completed' && entry.event !== undefined) taken.add(entry.event);
  }
  const untaken = sent.filter(({ index }) => !taken.has(index));
  return { steps, terminal, timers, startedAt, sent, untaken, cut, reached, interruptions };
}

function dueOf(entry: StepEntry): number | undefined {
  if (entry.type === 'attempt-failed') return entry.retryAt;
  return entry.type === 'waiting' ? entry.dueAt : undefined;
}
