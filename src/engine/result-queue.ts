// Result queue: hands the results of steps to the workflow's code, one at a time, each at the end of a turn of the event loop, in
// the order in which the journal has them.
//
// This is what makes a replay exact. Between two results everything the code does is a function of the results so far; so the
// n-th call of a step is the same call on every replay, Promise.race has the same winner, and a call that differs is proof that
// the code has changed.
import type { CompletedEntry, FaultedEntry } from '../core/step.ts';
import { decode } from './codec.ts';
import { StepFault } from './error.ts';
import type { ClockPort } from './port.ts';

type Result = CompletedEntry | FaultedEntry;

/** Results that have been handed over are let go in batches of this size, so that a step costs the same late and early. */
const compactAfter = 64;

export class ResultQueue {
  readonly #clock: ClockPort;
  /** Called at the end of a turn in which there was nothing more to hand over. */
  readonly #quiet: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #results: Result[];
  readonly #awaited = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #forgotten = new Set<number>();
  #handed = 0;
  #pumping = false;
  #closed = false;

  /**
   * @param results what the journal has already, in its order
   * @param failed told of what `quiet` throws
   */
  constructor(
    clock: ClockPort,
    results: readonly Result[],
    quiet: () => void,
    failed: (error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#results = [...results];
    this.#quiet = quiet;
    this.#failed = failed;
  }

  /** Steps whose result the code has not been handed. */
  get awaited(): number {
    return this.#awaited.size;
  }

  /** Whether every result has been handed over. */
  get drained(): boolean {
    return this.#handed === this.#results.length;
  }

  /** Whether it hands over one result after the other, without waiting for anything else. */
  get isHanding(): boolean {
    return this.#pumping && !this.#closed;
  }

  /** Whether every result of the body has been handed over; those of what cleared up after it may be left. */
  get bodyDrained(): boolean {
    return this.#results[this.#handed]?.phase !== undefined || this.drained;
  }

  /** The result of the step that is called as the `ordinal`-th. */
  await(ordinal: number): Promise<unknown> {
    const result = Promise.withResolvers<unknown>();
    // A step whose failure the author never looks at must not end the isolate as an unhandled rejection.
    result.promise.catch(() => {});
    this.#awaited.set(ordinal, result);
    this.pump();
    return result.promise;
  }

  /** A result was journaled. */
  arrive(result: Result): void {
    this.#results.push(result);
    this.pump();
  }

  /** The result that is next, where its step has not been called; all others have to wait for it. */
  get held(): Result | undefined {
    const next = this.#results[this.#handed];
    if (this.#pumping || this.#closed || next === undefined) return undefined;
    return this.#awaited.has(next.step) || this.#forgotten.has(next.step) ? undefined : next;
  }

  /** The first result of a step of the body that has not been called, where `calls` have been made. */
  unclaimed(calls: number): Result | undefined {
    return this.#results.slice(this.#handed).find(({ step, phase }) => step >= calls && phase === undefined);
  }

  /** Lets go of the code that waits: its phase is over, and what arrives for it is passed over. */
  forget(): void {
    for (const step of this.#awaited.keys()) this.#forgotten.add(step);
    this.#awaited.clear();
  }

  /** Hands nothing over any more. */
  close(): void {
    this.#closed = true;
  }

  /** Sees to it that results, or else the quiet, are told at the end of this turn. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#turns().catch(this.#failed);
  }

  async #turns(): Promise<void> {
    for (;;) {
      await this.#clock.turn();
      if (this.#closed) return;
      const result = this.#results[this.#handed];
      if (result !== undefined && this.#forgotten.has(result.step)) {
        this.#handed += 1;
        continue;
      }
      const waiting = result && this.#awaited.get(result.step);
      if (result === undefined || waiting === undefined) break;
      this.#handed += 1;
      this.#awaited.delete(result.step);
      if (result.type === 'completed') waiting.resolve(decode(result.output));
      else waiting.reject(new StepFault(result.error));
    }
    this.#pumping = false;
    if (this.drained && this.#handed >= compactAfter) {
      this.#results.length = 0;
      this.#handed = 0;
    }
    this.#quiet();
  }
}
