// Launcher: the executions that wait for a place among the live ones, and how they get it: in order, once what they follow from is
// durable; and those that may have ended the object one by one.
import { limit } from '../core/limit.ts';
import type { ExecutionRecord, Ports, Timer } from './port.ts';
import { Suspect } from './suspect.ts';

/** What is known of an execution that waits. */
export interface Enrolled {
  /** Whether attempts of it may have been cut off by a crash. */
  readonly recovered: boolean;
  /** Whether it may have been what ended the object: it starts alone. */
  readonly suspect?: boolean;
  /** The timer by which it was found. */
  readonly found: Timer | undefined;
  /** Further timers of it that were due at the same time. */
  readonly others?: Timer[];
  /** The record as it was just stored, while nothing else was written of the execution: it need not be read back. */
  readonly fresh?: ExecutionRecord | undefined;
}

/** What a launcher asks of the roster. */
export interface LaunchHooks {
  /** How many are live. */
  live(): number;
  /** Makes it live. Throws where the storage fails. */
  start(serial: number, enrolled: Enrolled): void;
  /** It could not be started. */
  failed(serial: number, enrolled: Enrolled, fault: unknown): void;
  /** Whether its code is being handed what its journal has. */
  isReplaying(serial: number): boolean;
  /** A write failed: what it would have set the alarm to is lost with it. */
  faulted(): void;
}

export class Launcher {
  readonly #ports: Ports;
  readonly #hooks: LaunchHooks;
  readonly #waiting = new Map<number, Enrolled>();
  readonly #suspect: Suspect;
  #questioning = false;
  #launching = false;
  #wary = false;

  constructor(ports: Ports, hooks: LaunchHooks) {
    this.#ports = ports;
    this.#hooks = hooks;
    this.#suspect = new Suspect(ports);
  }

  /** Those that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Whether the life before was ended by what it started: what is woken in this one may be the same. That the attempts of others were
   * cut off by it is not counted against them.
   */
  get isWary(): boolean {
    return this.#wary;
  }

  /** To be called once, when the object begins. */
  recall(): void {
    this.#wary = this.#suspect.recall();
  }

  enrolled(serial: number): Enrolled | undefined {
    return this.#waiting.get(serial);
  }

  enroll(serial: number, enrolled: Enrolled): void {
    this.#waiting.set(serial, enrolled);
  }

  leave(serial: number): void {
    this.#waiting.delete(serial);
  }

  /** Whether one more would find a place at once. */
  get hasRoom(): boolean {
    return this.#hooks.live() + this.#waiting.size < limit.liveRunsMax;
  }

  /** How many lives in a row the start of an execution has ended. */
  collapses(serial: number): number {
    return this.#suspect.collapses(serial);
  }

  /** It will not be started again. */
  absolve(serial: number): void {
    this.#suspect.absolve(serial);
  }

  /**
   * Starts what waits once what was written is durable: were its code to end the object before, whoever sent the event would not be
   * answered, and send it again, and again.
   */
  launchSoon(): void {
    if (this.#launching || this.#waiting.size === 0) return;
    this.#launching = true;
    const launch = () => {
      this.#launching = false;
      this.launch();
    };
    this.#ports.store.committed().then(launch, launch);
  }

  /** Starts what waits, as far as there is room; where it comes to a suspect, those one by one, and then the rest. */
  launch(): void {
    if (this.#questioning) return;
    for (const [serial, { suspect }] of this.#waiting) {
      if (this.#hooks.live() >= limit.liveRunsMax) return;
      if (suspect === true) {
        void this.#question();
        return;
      }
      if (!this.#start(serial)) return;
    }
  }

  /** Starts the suspects, each once it is named, and lets the next one begin when its code has been where it was. */
  async #question(): Promise<void> {
    const { clock } = this.#ports;
    let goesWell = true;
    this.#questioning = true;
    try {
      while (goesWell) {
        const serial = this.#nextSuspect();
        if (serial === undefined) break;
        await this.#suspect.name(serial);
        goesWell = this.#start(serial);
        do await clock.turn();
        while (this.#hooks.isReplaying(serial));
        // The code that was handed its last result has run when the turn after it ends.
        await clock.turn();
        this.#suspect.absolve(serial);
      }
      this.#suspect.clear();
      this.#wary = false;
    } catch (fault) {
      // The storage's: the alarm finds those that are left.
      this.#ports.report('launch-fault', { message: fault instanceof Error ? fault.message : String(fault) });
      this.#hooks.faulted();
      return;
    } finally {
      this.#questioning = false;
    }
    if (goesWell) this.launch();
  }

  #nextSuspect(): number | undefined {
    if (this.#hooks.live() >= limit.liveRunsMax) return undefined;
    for (const [serial, { suspect }] of this.#waiting) if (suspect === true) return serial;
    return undefined;
  }

  /** Whether it went well: otherwise the rest waits for the alarm. */
  #start(serial: number): boolean {
    const enrolled = this.#waiting.get(serial);
    if (enrolled === undefined) return true;
    this.#waiting.delete(serial);
    try {
      this.#hooks.start(serial, enrolled);
      return true;
    } catch (fault) {
      this.#hooks.failed(serial, enrolled, fault);
      return false;
    }
  }
}
