// Invariants: what always holds (ARCHITECTURE, "What always holds"), checked while a world runs and once more at its end.
import type { AcceptRefusal, Accepted, AcceptResult } from '../../src/core/acceptance.ts';
import { isFinal } from '../../src/core/execution.ts';
import { limit } from '../../src/core/limit.ts';
import type { RateLimitPolicy } from '../../src/core/rate-limit.ts';
import type { JournalEntry } from '../../src/core/step.ts';
import { objectSerial, type ExecutionRecord } from '../../src/engine/port.ts';
import type { Operation } from './disk.ts';
import type { Running } from './engine-stepper.ts';
import type { FaultKind } from './fault.ts';
import { describe, type SimulatedObject } from './object.ts';
import { scheduleName, secretText } from './program.ts';
import { storageFaultMark } from './store.ts';
import type { World } from './world.ts';

/** An execution that ended, and its journal. */
export interface Kept {
  readonly record: ExecutionRecord;
  readonly journal: readonly JournalEntry[];
}

/** Ids that a client was told for a key, and whether the execution was then durable. */
interface Told {
  readonly id: string;
}

export class Invariants {
  readonly #world: World;
  /** When the schedule was first decided, ms since the epoch. */
  #scheduledFrom: number | undefined;
  readonly #told = new Map<string, Told>();
  /** Executions that ended and were purged since, by object and key. */
  readonly #purged = new Map<string, Kept>();
  /** Ids of executions that an operator was told are cancelled. */
  readonly #cancelled = new Set<string>();
  /** How many strikes there had been when an execution's journal last grew. */
  readonly #strikesSeen = new Map<number, number>();
  /** The answer that showed an execution's final status, and when it came. */
  readonly #shown = new Map<string, { readonly body: string; readonly at: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** An attempt of a step begins: its result must not be in the journal yet. */
  attempted({ life, serial, asker }: Running, label: string, attempt?: number): void {
    if (life.dead) return;
    this.#world.tell(() => `${asker}: attempt ${attempt ?? ''} of '${label}'`);
    const status = life.object.disk.executions.get(serial)?.status;
    if (status !== 'open')
      this.#world.violation(
        'what is held or over does nothing',
        `${asker} ran '${label}' though it is ${status}`,
      );
    const entries = life.object.disk
      .entriesOf(serial)
      .filter((entry) => 'name' in entry && entry.name === label);
    if (entries.some(isTerminal))
      this.#world.violation(
        'a journaled step never runs again',
        `${asker} ran '${label}' after its end was journaled`,
      );
    if (attempt === undefined) return;
    const failed = entries.filter(({ type }) => type === 'attempt-failed').length;
    if (attempt !== failed + 1)
      this.#world.violation(
        'attempts count on',
        `${asker} made attempt ${attempt} of '${label}' after ${failed} failed ones`,
      );
  }

  /** A result reaches the workflow's code: the journal must have it. */
  delivered({ life, serial, asker }: Running, label: string): void {
    if (life.dead) return;
    const { disk } = life.object;
    if (disk.executions.get(serial)?.status !== 'open') return;
    if (disk.entriesOf(serial).some((entry) => isTerminal(entry) && entry.name === label)) return;
    // A call that was refused for misuse is no step, and its refusal no result.
    this.#world.violation(
      'nothing is seen before it is journaled',
      `${asker} was given the result of '${label}'`,
    );
  }

  /** Called with every commit, before it is durable. */
  wrote(object: SimulatedObject, operations: readonly Operation[]): void {
    for (const operation of operations) {
      const { method, serial, entry, before, journal } = operation;
      this.#world.tell(
        () =>
          `${object.name}: writes ${describe(operation)} ${serial ?? ''}${entry === undefined ? '' : ` ${JSON.stringify(entry)}`}`,
      );
      if (before !== undefined) this.#changed(object, method, before, journal ?? []);
      if (serial === undefined) continue;
      const record = object.disk.executions.get(serial);
      if (entry !== undefined) this.#entered(object, serial, entry, record);
      if (record !== undefined && (method === 'finishExecution' || method === 'insertExecution'))
        this.#clean(JSON.stringify([record.output, record.error]), `the record of ${record.key}`);
    }
  }

  #entered(
    object: SimulatedObject,
    serial: number,
    entry: JournalEntry,
    record: ExecutionRecord | undefined,
  ): void {
    this.#clean(JSON.stringify(entry), `the journal of ${record?.key ?? serial}`);
    const { struck } = this.#world.faults;
    const since = this.#strikesSeen.get(serial) ?? struck.length;
    this.#strikesSeen.set(serial, struck.length);
    const kinds = new Set<FaultKind>(struck.slice(since).map(({ kind }) => kind));
    this.#world.coverage.entry(describe({ method: 'appendEntry', entry }).slice('append '.length), kinds);
    if (record === undefined)
      this.#world.violation('sound writes', `an entry for ${serial}, which is not stored`);
    else if (record.endedAt !== undefined && entry.type !== 'event-received')
      this.#world.violation(
        'a final status stays',
        `${record.key} is ${record.status} and got ${describe({ method: '', entry })}`,
      );
    if (object.disk.journals.get(serial)?.length === 0) throw new Error('an entry that is not there');
  }

  #clean(text: string, where: string): void {
    if (text.includes(storageFaultMark))
      this.#world.violation('a storage fault is no failure of a step', `${where} has: ${text}`);
    if (text.includes(secretText))
      this.#world.violation('no secret is written down', `${where} has: ${text}`);
    if (text.includes('this life is over'))
      this.#world.violation('a storage fault is no failure of a step', `${where} has: ${text}`);
  }

  #changed(
    object: SimulatedObject,
    method: string,
    before: ExecutionRecord,
    journal: readonly JournalEntry[],
  ): void {
    const isEnded = before.endedAt !== undefined;
    if (method !== 'deleteExecution') {
      if (isEnded)
        this.#world.violation('a final status stays', `${before.key} is ${before.status} and met ${method}`);
      return;
    }
    if (!isEnded) this.#world.violation('only what has ended is purged', `${before.key} is ${before.status}`);
    this.#purged.set(`${object.name} ${before.key}`, { record: before, journal });
    // What was purged is not known any more: its event, if it comes again, is a new one, with keys of its own.
    this.#world.peer.forgive(askerOf(before));
  }

  /** Called where all that was written is durable: a crash could come now. */
  durable(object: SimulatedObject): void {
    const { disk } = object;
    const mark = disk.marks.get('low-water') ?? 0;
    this.#scheduledFrom ??= disk.marks.get(`schedule:${scheduleName}`);
    let open = false;
    for (const [serial, record] of disk.executions) {
      if (record.status !== 'open') continue;
      open = true;
      if (serial >= mark || disk.timers.some((timer) => timer.serial === serial)) continue;
      this.#world.violation(
        'nothing sleeps for ever',
        `${record.key} (${serial}) has no timer and lies before the mark ${mark}`,
      );
    }
    if (open && object.alarmDue === undefined)
      this.#world.violation('nothing sleeps for ever', 'something is open and no alarm is set');
  }

  /** Called between two events. */
  settled(object: SimulatedObject): void {
    const { disk } = object;
    if (object.isRinging || disk.hasUnflushed || disk.inTransaction) return;
    if (disk.timers.length === 0) return;
    const now = this.#world.wall();
    // What was due before the clock went back has been woken already.
    const next = disk.timers.find(({ due }) => due > this.#world.latestWall);
    if (next === undefined) return;
    // After a fault it may stand at the moment at which the object tries again.
    const soon = this.#world.latestWall + limit.alarmRetryMs;
    if (disk.alarm === undefined || disk.alarm > Math.max(next.due, soon))
      this.#world.violation(
        'the alarm stands at the earliest timer',
        `it stands at ${disk.alarm === undefined ? 'nothing' : disk.alarm - now}, a timer is due in ${next.due - now} ms`,
      );
  }

  /** A client was told that its event is accepted. */
  acknowledged(object: SimulatedObject, key: string, accepted: Accepted): void {
    const told = this.#told.get(key);
    if (told !== undefined && told.id !== accepted.id)
      this.#world.violation('one execution an event', `'${key}' was ${told.id}, now ${accepted.id}`);
    this.#told.set(key, { id: accepted.id });
    if (this.#purged.has(`sim ${key}`)) return;
    const serial = object.disk.keys.get(key);
    if (serial === undefined) {
      this.#world.violation(
        'nothing is acknowledged before it is durable',
        `'${key}' was acknowledged and is not stored`,
      );
      return;
    }
    const { id } = this.#world.idOf(object, serial);
    if (id !== accepted.id)
      this.#world.violation('one execution an event', `'${key}' was told ${accepted.id}, stored is ${id}`);
  }

  /** An operator was told that an execution is cancelled. */
  cancelled(id: string): void {
    this.#cancelled.add(id);
  }

  /** The same key with another body. */
  conflicted(key: string, result: AcceptResult): void {
    const refusal: AcceptRefusal | undefined = result.ok ? undefined : result.error;
    if (refusal?.kind === 'idempotency-key-reused' && refusal.id === this.#told.get(key)?.id) return;
    if (this.#purged.has(`sim ${key}`)) return;
    this.#world.violation('one execution an event', `'${key}' with another body: ${JSON.stringify(result)}`);
  }

  /** A client saw a status, for which it had asked at `askedAt`, ms of monotonic time. */
  showed(id: string, body: string, askedAt: number): void {
    const { status } = JSON.parse(body) as { status: ExecutionRecord['status'] };
    const before = this.#shown.get(id);
    // Of two answers that were under way at once, the later may overtake.
    if (before !== undefined && before.at <= askedAt && before.body !== body)
      this.#world.violation('a final status stays', `${id} showed ${before.body}, then ${body}`);
    if (status !== 'open' && isFinal(status)) this.#shown.set(id, { body, at: this.#world.mono() });
  }

  /** No window holds more than its limit and its burst; to be asked where no clock went back. */
  rate(object: SimulatedObject, { limit: most, windowSeconds, burst = most }: RateLimitPolicy): void {
    const times = this.ended(object)
      .map(({ record }) => record)
      .filter(({ version, key }) => !version.startsWith('$') && !key.startsWith('redrive:'))
      .map(({ createdAt }) => createdAt)
      .toSorted((a, b) => a - b);
    for (let from = 0, to = 0; to < times.length; to += 1) {
      while (times[to]! - times[from]! >= windowSeconds * 1000) from += 1;
      if (to - from + 1 > most + burst)
        this.#world.violation(
          'no limit is exceeded',
          `${to - from + 1} accepted within ${windowSeconds} s, ${most} + ${burst} may be`,
        );
    }
  }

  /** What was said to be cancelled did not go on to a good end. */
  stopped(object: SimulatedObject, { record }: Kept): void {
    const { id } = this.#world.idOf(object, record.serial);
    if (this.#cancelled.has(id) && record.status === 'completed')
      this.#world.violation(
        'a cancellation that was acknowledged is kept',
        `${record.key} was cancelled, and is ${record.status}`,
      );
  }

  /** Each time of a schedule has had its one run, or was missed as it may be. */
  scheduled({ everyMs, misfire }: { readonly everyMs: number; readonly misfire: string }): void {
    const { main, latestWall, wentBack } = this.#world;
    const decided = main.disk.marks.get(`schedule:${scheduleName}`);
    const first = this.#scheduledFrom;
    if (decided === undefined || first === undefined) {
      this.#world.violation('a schedule runs', 'it was never decided');
      return;
    }
    const firstHour = everyMs === 60_000;
    if (
      !firstHour &&
      !wentBack &&
      decided < latestWall - everyMs - 2 * limit.leaseMs &&
      !this.#world.options.rate
    )
      this.#world.violation('a schedule runs', `it is decided up to ${latestWall - decided} ms ago`);
    const keys = new Set(this.ended(main).map(({ record }) => record.key));
    for (let at = (Math.floor(first / everyMs) + 1) * everyMs; at <= decided; at += everyMs) {
      const time = new Date(at).toISOString();
      if (firstHour && !time.includes('-03-01T00:')) continue;
      const key = `schedule:${scheduleName}:${time}`;
      if (misfire === 'all' && !keys.has(key) && this.#world.options.rate === undefined)
        this.#world.violation('a schedule runs', `${key} was missed`);
    }
  }

  /** What was accepted is there, or was purged. */
  kept(key: string): void {
    const { disk } = this.#world.main;
    if (this.#told.has(key) && !disk.keys.has(key) && !this.#purged.has(`sim ${key}`))
      this.#world.violation('what is accepted is kept', `'${key}' is gone`);
  }

  /** Executions of an object that ended, those that were purged since among them. */
  ended(object: SimulatedObject): Kept[] {
    const { disk } = object;
    const stored = [...disk.executions.values()].map((record) => ({
      record,
      journal: disk.entriesOf(record.serial),
    }));
    const purged = [...this.#purged].filter(([name]) => name.startsWith(`${object.name} `));
    return [...stored, ...purged.map(([, kept]) => kept)];
  }

  /** Everything is over. */
  final(object: SimulatedObject): void {
    for (const timer of object.disk.timers) {
      if (timer.serial === objectSerial) continue;
      this.#world.violation('no timer is left behind', `timer of ${timer.serial}, step ${timer.step}`);
    }
  }
}

function isTerminal(entry: JournalEntry): entry is Extract<JournalEntry, { type: 'completed' | 'faulted' }> {
  return entry.type === 'completed' || entry.type === 'faulted';
}

/** Under which name an execution does what it does: its event's, where it is no redrive that is to do it all again. */
export function askerOf({ event, key, origin, serial }: ExecutionRecord): string {
  return key.startsWith('redrive:') && origin === undefined ? `${event.id}~${serial}` : event.id;
}
