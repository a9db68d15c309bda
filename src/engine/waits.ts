// Waits: what the steps of a run wait for: a moment, an event, or both. Events that come before somebody waits are kept.
import type { EventReceivedEntry } from '../core/step.ts';

/** An event that an execution was sent. */
export type SentEvent = Omit<EventReceivedEntry, 'type'>;

/** Which events end a wait. */
export interface Wanted {
  readonly type: string;
  /** A condition on the event's data; its throw fails the step. */
  readonly match: ((data: unknown) => boolean) | undefined;
  /** Reads the data as the journal has it. */
  readonly read: (data: string) => unknown;
}

interface Wait {
  readonly due: number | undefined;
  readonly wake: (event?: SentEvent) => void;
  readonly fail: (error: unknown) => void;
  readonly wanted: Wanted | undefined;
}

export class Waits {
  readonly #waits = new Map<number, Wait>();
  readonly #early: SentEvent[];
  readonly #now: () => number;

  /** @param early events that were sent and that no step has taken yet, oldest first */
  constructor(now: () => number, early: readonly SentEvent[]) {
    this.#now = now;
    this.#early = [...early];
  }

  get size(): number {
    return this.#waits.size;
  }

  /** The earliest moment at which a wait ends by itself; undefined where none does. */
  get nextDue(): number | undefined {
    let earliest: number | undefined;
    for (const { due } of this.#waits.values())
      if (due !== undefined) earliest = Math.min(earliest ?? due, due);
    return earliest;
  }

  /** Resolves at `due`, or at once where it has passed; with an event where one that is wanted comes first, or came before. */
  until(step: number, due: number | undefined, wanted?: Wanted): Promise<SentEvent | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<SentEvent | undefined>();
    const wait: Wait = { due, wake: resolve, fail: reject, wanted };
    const early = this.#early.findIndex((event) => fits(wait, event));
    if (early >= 0) resolve(this.#early.splice(early, 1)[0]);
    else if (due !== undefined && due <= this.#now()) resolve(undefined);
    else this.#waits.set(step, wait);
    return promise;
  }

  /** Gives an event to the first step that wants it; keeps it where none does. */
  receive(event: SentEvent): void {
    for (const [step, wait] of this.#waits) {
      if (!fits(wait, event)) continue;
      this.#waits.delete(step);
      wait.wake(event);
      return;
    }
    this.#early.push(event);
  }

  /** Ends the waits that are due; true where there was one. */
  wake(now: number): boolean {
    let woken = false;
    for (const [step, wait] of this.#waits) {
      if (wait.due === undefined || wait.due > now) continue;
      this.#waits.delete(step);
      wait.wake();
      woken = true;
    }
    return woken;
  }

  /** Ends the wait of one step before its time. */
  hurry(step: number): boolean {
    const wait = this.#waits.get(step);
    if (wait === undefined) return false;
    this.#waits.delete(step);
    wait.wake();
    return true;
  }

  /** Forgets every wait: the code that waits is no longer run. */
  clear(): void {
    this.#waits.clear();
  }
}

function fits({ wanted, fail }: Wait, event: SentEvent): boolean {
  if (wanted?.type !== event.event) return false;
  if (wanted.match === undefined) return true;
  try {
    return wanted.match(wanted.read(event.data));
  } catch (error) {
    fail(error);
    return false;
  }
}
