// Stored execution: changes of an execution that are no run's: it is held, let go on, or ended without any of its code.
import { limit } from '../core/limit.ts';
import { readHistory } from './journal.ts';
import { journalBytes } from './journal-size.ts';
import { JournalWriter } from './journal-writer.ts';
import {
  deadlineStep,
  type ExecutionRecord,
  leaseStep,
  type Outcome,
  type Ports,
  type Timer,
} from './port.ts';

export class StoredExecution {
  readonly #record: ExecutionRecord;
  readonly #ports: Ports;
  /** The alarm must ring by then, ms since the epoch. */
  readonly #due: (at: number) => void;

  constructor(record: ExecutionRecord, ports: Ports, due: (at: number) => void) {
    this.#record = record;
    this.#ports = ports;
    this.#due = due;
  }

  /** Holds it, and clears its timers, in one commit. */
  suspend(reason: string): void {
    const { store } = this.#ports;
    store.transaction(() => {
      store.suspendExecution(this.#record.serial, reason);
      this.#writer().clearTimers();
    });
  }

  /** Ends it. */
  end(outcome: Outcome, closing: (outcome: Outcome) => void): void {
    this.#ports.store.transaction(() => void this.#writer().finish(outcome, closing));
  }

  /**
   * Opens it again with the timers of its waits and a lease on it as a whole, in one commit with what `also` writes.
   * @param deadline when it must have ended, ms since the epoch, if it must
   * @returns the lease
   */
  resume(deadline: number | undefined, also: (() => void) | undefined): Timer {
    const { store, clock } = this.#ports;
    const { serial } = this.#record;
    const timers = new Map(readHistory(store.readJournal(serial)).timers);
    if (deadline !== undefined) timers.set(deadlineStep, deadline);
    const lease: Timer = { due: clock.now() + limit.leaseMs, serial, step: leaseStep };
    store.transaction(() => {
      store.resumeExecution(serial);
      also?.();
      for (const [step, due] of timers) store.setTimer({ due, serial, step });
      store.setTimer(lease);
      this.#due(Math.min(lease.due, ...timers.values()));
    });
    return lease;
  }

  #writer(): JournalWriter {
    const { store } = this.#ports;
    const { serial } = this.#record;
    const entries = store.readJournal(serial);
    const none = { found: undefined, deadline: undefined };
    const stood = { entries: entries.length, bytes: journalBytes(entries) };
    return new JournalWriter(this.#ports, serial, readHistory(entries), stood, none, this.#due);
  }
}
