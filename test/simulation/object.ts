// Simulated object: a disk, an alarm, and the life that works on them, if there is one. It dies and lives again; what is on the disk
// and the alarm stay. Nothing leaves it before what it was said upon is durable.
import type { Disk, Operation } from './disk.ts';
import type { FaultKind } from './fault.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

/** Thrown inside a life at the moment it ends; whatever catches it can do no more harm. */
export class Ended extends Error {
  override name = 'Ended';
}

/** Retries of an alarm's handler that throws; then the platform gives it up (workerd, read 2026-08). */
const alarmRetriesMax = 6;

/** Wait before the first of them, ms; doubled each time. */
const alarmRetryMs = 2_000;

export class SimulatedObject {
  readonly name: string;
  readonly disk: Disk;
  readonly #world: World;
  #life: Life | undefined;
  /** When the alarm that is being handled was set for; it comes back where its handler does not end well. */
  #ringing: number | undefined;
  /** Whether it is being handled for the second time. */
  #isRepeating = false;
  #alarmRetries = 0;
  /** Lives in a row that ended while this same alarm rang. */
  #ringsCut = 0;
  /** The alarm rings so much later than it should, ms. */
  #lateness = 0;
  /** What waits for the flush, oldest first. */
  #gated: (() => void)[] = [];
  #flushing = false;

  constructor(name: string, disk: Disk, world: World) {
    this.name = name;
    this.disk = disk;
    this.#world = world;
  }

  get life(): Life | undefined {
    return this.#life;
  }

  get isRinging(): boolean {
    return this.#ringing !== undefined || this.#isRepeating;
  }

  /** When the platform would ring, were it all over now: ms since the epoch. */
  get alarmDue(): number | undefined {
    return this.disk.alarm ?? this.#ringing;
  }

  /** The life that works here; begins one where there is none. Undefined where it could not begin. */
  reach(): Life | undefined {
    if (this.#life !== undefined) return this.#life;
    try {
      this.#life = this.#world.born(this);
    } catch (error) {
      // The constructor threw: the request fails, and the next one tries again.
      this.#world.tell(() => `${this.name}: could not be made: ${String(error)}`);
      return undefined;
    }
    this.#life.begin();
    return this.#life;
  }

  /**
   * Ends the life: what is not durable is lost, and so is what was in its memory.
   * @param own whether by its own code's doing: the platform gives an alarm up that does so again and again, and it alone
   */
  end(why: string, own = false): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#world.tell(() => `${this.name}: ${why}`);
    life.dead = true;
    this.#life = undefined;
    this.disk.crash();
    if (this.#ringing !== undefined) this.#cutRing(this.#ringing, own);
    this.#ringing = undefined;
    this.#isRepeating = false;
    this.#gated = [];
    this.#flushing = false;
    for (const lost of life.callers) lost();
    this.#world.ended(this);
  }

  #cutRing(ringing: number, own: boolean): void {
    this.#ringsCut += 1;
    if (own) this.#alarmRetries += 1;
    if (this.disk.alarm !== undefined) {
      // Set anew, it is another alarm.
      this.#ringsCut = 0;
      this.#alarmRetries = 0;
    } else if (this.#alarmRetries <= alarmRetriesMax) this.disk.alarm = ringing;
  }

  /** Whether nothing is under way here, so that the platform may take the object from memory. */
  get isIdle(): boolean {
    return (
      this.#life?.pending === 0 && this.#gated.length === 0 && !this.#flushing && this.#ringing === undefined
    );
  }

  /**
   * Runs `output` once all that was written so far is durable; never, where the life ends before.
   * @param leaky at once all the same: a mutation
   */
  whenDurable(output: () => void, leaky = false): void {
    if (this.disk.hasUnflushed && !leaky) this.#gated.push(output);
    else output();
  }

  /** A life is about to commit: still inside the transaction. */
  committing(life: Life, operations: readonly Operation[]): void {
    if (this.#world.options.flush === 'commit') this.#maybeEnd(life, 'crash before commit', operations);
  }

  /** A life has committed. */
  committed(life: Life, operations: readonly Operation[]): void {
    this.#world.wrote(this, operations);
    if (this.#world.options.flush === 'commit') {
      this.disk.flush();
      this.#world.durable(this);
      this.#maybeEnd(life, 'crash after commit', operations);
    } else if (!this.#flushing) {
      this.#flushing = true;
      this.#world.after(this.#world.dice.between('flush', 0, 15), life, () => this.#flush(life));
    }
  }

  /** Everything that the turns before wrote becomes durable at once. */
  #flush(life: Life): void {
    const operations = this.disk.unflushed;
    if (this.#hits('crash before commit', operations)) {
      this.end('crash before commit');
      return;
    }
    this.#flushing = false;
    this.disk.flush();
    this.#world.durable(this);
    if (this.#hits('crash after commit', operations)) {
      this.end('crash after commit');
      return;
    }
    const outputs = this.#gated;
    this.#gated = [];
    for (const output of outputs) if (!life.dead) output();
  }

  #maybeEnd(life: Life, kind: FaultKind, operations: readonly Operation[]): void {
    if (!this.#hits(kind, operations)) return;
    if (!life.dead) this.end(kind);
    throw new Ended(kind);
  }

  #hits(kind: FaultKind, operations: readonly Operation[]): boolean {
    const { faults, coverage } = this.#world;
    const where = [...new Set(operations.map(describe))].join(' + ');
    coverage.passed(kind, where);
    if (!faults.hits(kind, `${this.name}: ${where}`)) return false;
    coverage.crashed(kind, where);
    return true;
  }

  /** In how many ms the alarm rings: 0 where it is overdue; undefined where it does not. */
  alarmIn(now: number): number | undefined {
    const { alarm } = this.disk;
    // What is not durable is not known to the platform.
    if (alarm === undefined || this.isRinging || this.disk.hasUnflushed) return undefined;
    return Math.max(0, alarm + this.#lateness - now);
  }

  /** The alarm's time has come. */
  ring(): void {
    const { faults, dice } = this.#world;
    if (this.#lateness === 0 && faults.hits('alarm late', this.name)) {
      this.#lateness = dice.pick('lateness', [3, 900, 45_000, 7_200_000]);
      return;
    }
    this.#lateness = 0;
    this.#deliver(false);
  }

  /** Rings before the time, as where the platform's clock is ahead of the object's; false where there is nothing to ring. */
  ringEarly(): boolean {
    if (this.isRinging || this.disk.alarm === undefined || this.disk.hasUnflushed) return false;
    this.#deliver(false);
    return true;
  }

  #deliver(again: boolean): void {
    const life = this.reach();
    if (life === undefined) {
      this.#alarmFailed('no object');
      return;
    }
    if (!again) {
      this.#ringing = this.disk.alarm;
      // The platform's own doing: no transaction of the object, and undone by `end` alone.
      this.disk.alarm = undefined;
    }
    this.#isRepeating = again;
    this.#world.tell(() => `${this.name}: the alarm rings${again ? ' again' : ''}`);
    life.ring(Math.max(this.#alarmRetries, this.#ringsCut)).then(
      () => life.dead || this.whenDurable(() => this.#rang(again)),
      (error: unknown) => life.dead || this.#alarmFailed(error),
    );
  }

  #rang(again: boolean): void {
    this.#ringing = undefined;
    this.#isRepeating = false;
    this.#alarmRetries = 0;
    this.#ringsCut = 0;
    if (!again && this.#world.faults.hits('alarm twice', this.name)) this.#deliver(true);
    // Once what runs in this turn has run: a write that failed is noticed by then.
    else this.#world.after(0, this.#life, () => this.#world.settled(this));
  }

  #alarmFailed(error: unknown): void {
    this.#ringing = undefined;
    this.#isRepeating = false;
    this.#alarmRetries += 1;
    this.#world.tell(() => `${this.name}: the alarm's handler threw ${String(error)}`);
    if (this.#alarmRetries > alarmRetriesMax) return;
    this.disk.alarm ??= this.#world.wall() + alarmRetryMs * 2 ** (this.#alarmRetries - 1);
  }
}

/** One write of a commit, as the coverage names it. */
export function describe({ method, entry }: Operation): string {
  if (entry === undefined) return method;
  return `append ${entry.type}${'kind' in entry ? ` ${entry.kind}` : ''}`;
}
