// Journal writer: the one way in which a live run writes: entries, the timers that go with them, and how the execution ended.
// It knows which timers of the execution stand in storage, so that each write replaces them in the same commit.
import { limit } from '../core/limit.ts';
import type { JournalEntry, StepEntry } from '../core/step.ts';
import type { History } from './journal.ts';
import { entryBytes, noRoom } from './journal-size.ts';
import { deadlineStep, leaseStep, type Outcome, type Ports, type Timer } from './port.ts';

export class JournalWriter {
  readonly #ports: Ports;
  readonly #serial: number;
  /** Called inside the commit that sets a timer, with its due time (ms since the epoch). */
  readonly #due: (at: number) => void;
  /** Due time of the timer that each step has in storage. */
  readonly #timers: Map<number, number>;
  /**
   * A timer that has done its work, left in storage until the run parks or ends: while the run is live, a crash is noticed by it.
   * It costs no row: it is only deleted later.
   */
  #anchor: Omit<Timer, 'serial'> | undefined;
  #seq: number;
  /** What the journal takes in memory. */
  #bytes: number;

  /**
   * @param stood the journal's entries, and what they take in memory
   * @param found the timer by which the execution was found, if it was
   * @param deadline when the execution as a whole must have ended, ms since the epoch, if it must
   */
  constructor(
    ports: Ports,
    serial: number,
    history: History,
    stood: { readonly entries: number; readonly bytes: number },
    { found, deadline }: { readonly found: Timer | undefined; readonly deadline: number | undefined },
    due: (at: number) => void,
  ) {
    this.#ports = ports;
    this.#serial = serial;
    this.#due = due;
    this.#timers = new Map(history.timers);
    this.#seq = stood.entries;
    this.#bytes = stood.bytes;
    if (deadline !== undefined) this.#timers.set(deadlineStep, deadline);
    if (found !== undefined && this.#timers.get(found.step) !== found.due) this.#anchor = found;
  }

  /** Whether there is no room for more results. */
  get isFull(): boolean {
    return this.#bytes >= limit.journalBytesMax;
  }

  /**
   * Writes one entry of a step and exchanges the step's timer, in one commit.
   * @returns the entry as it was written: free of secrets, and a fault where there was no room for a result
   */
  write(entry: StepEntry, due: number | undefined): StepEntry {
    const { store } = this.#ports;
    const clean = this.#fitting(redacted(entry, (text) => this.#ports.redact(text)));
    const [seq, bytes, anchor, timer] = [this.#seq, this.#bytes, this.#anchor, this.#timers.get(entry.step)];
    if (timer === due) {
      // One statement is a commit of its own.
      this.append(clean);
      return clean;
    }
    try {
      store.transaction(() => {
        this.append(clean);
        this.#exchange(entry.step, due);
      });
    } catch (fault) {
      // Before the run is dropped for it, another step may write: it must not leave a gap where this entry is not.
      this.#seq = seq;
      this.#bytes = bytes;
      this.#anchor = anchor;
      if (timer === undefined) this.#timers.delete(entry.step);
      else this.#timers.set(entry.step, timer);
      throw fault;
    }
    return clean;
  }

  append(entry: JournalEntry): void {
    this.#ports.store.appendEntry(this.#serial, this.#seq, entry);
    this.#seq += 1;
    this.#bytes += entryBytes(entry);
  }

  /** A journal that is too large to be read would be the end of its execution: the step fails whose result it has no room for. */
  #fitting(entry: StepEntry): StepEntry {
    if (entry.type !== 'completed' || entry.output === undefined) return entry;
    const bytes = this.#bytes + entryBytes(entry);
    if (bytes <= limit.journalBytesMax) return entry;
    const { step, name, kind, phase, attempt, startedAt, endedAt } = entry;
    return {
      type: 'faulted',
      step,
      name,
      kind,
      attempt,
      startedAt,
      endedAt,
      error: noRoom(name, bytes),
      ...(phase === undefined ? {} : { phase }),
    };
  }

  /** Sees to it that a timer in storage is due soon: the run is live, and a crash must be noticed within a lease. */
  anchor(): void {
    if (this.#anchor !== undefined) return;
    const due = this.#ports.clock.now() + limit.leaseMs;
    for (const at of this.#timers.values()) if (at <= due) return;
    this.#ports.store.setTimer({ due, serial: this.#serial, step: leaseStep });
    this.#anchor = { due, step: leaseStep };
    this.#due(due);
  }

  /** The steps before this one are over with their phase: nothing waits for their timers any more, and each would wake the run again. */
  dropTimers(before: number): void {
    const stale = [...this.#timers].filter(([step]) => step >= 0 && step < before);
    if (stale.length === 0) return;
    const { store } = this.#ports;
    store.transaction(() => {
      for (const [step, due] of stale) {
        store.clearTimer({ due, serial: this.#serial, step });
        this.#timers.delete(step);
      }
      this.anchor();
    });
  }

  /** The run parks: its waits have timers of their own. */
  weigh(): void {
    if (this.#anchor === undefined) return;
    this.#ports.store.clearTimer({ ...this.#anchor, serial: this.#serial });
    this.#anchor = undefined;
  }

  /**
   * Writes how the execution ended, and clears its timers, in one commit with what `closing` writes.
   * @param closing absent where nothing is written with the end
   * @returns the outcome as it was written, free of secrets
   */
  finish(outcome: Outcome, closing: ((outcome: Outcome) => void) | undefined): Outcome {
    const { store } = this.#ports;
    const redact = (text: string) => this.#ports.redact(text);
    const { error, output } = outcome;
    const clean: Outcome = {
      ...outcome,
      ...(error === undefined ? {} : { error: { ...error, message: redact(error.message) } }),
      ...(output === undefined ? {} : { output: redact(output) }),
    };
    if (closing === undefined && this.#timers.size === 0 && this.#anchor === undefined) {
      // One statement is a commit of its own.
      store.finishExecution(this.#serial, clean);
      return clean;
    }
    store.transaction(() => {
      store.finishExecution(this.#serial, clean);
      this.clearTimers();
      closing?.(clean);
    });
    return clean;
  }

  /** Clears every timer of the execution; inside the caller's commit. */
  clearTimers(): void {
    const { store } = this.#ports;
    for (const [step, due] of this.#timers) store.clearTimer({ due, serial: this.#serial, step });
    this.#timers.clear();
    this.weigh();
  }

  #exchange(step: number, due: number | undefined): void {
    const before = this.#timers.get(step);
    if (before === due) return;
    const { store, clock } = this.#ports;
    this.#timers.delete(step);
    if (before !== undefined) {
      const soon = before <= clock.now() + limit.leaseMs;
      if (soon && this.#anchor === undefined) this.#anchor = { due: before, step };
      else store.clearTimer({ due: before, serial: this.#serial, step });
      this.anchor();
    }
    if (due === undefined) return;
    store.setTimer({ due, serial: this.#serial, step });
    this.#timers.set(step, due);
    this.#due(due);
  }
}

function redacted(entry: StepEntry, redact: (text: string) => string): StepEntry {
  if (entry.type === 'completed') {
    return entry.output === undefined ? entry : { ...entry, output: redact(entry.output) };
  }
  if (entry.type === 'faulted' || entry.type === 'attempt-failed') {
    return { ...entry, error: { ...entry.error, message: redact(entry.error.message) } };
  }
  return entry;
}
