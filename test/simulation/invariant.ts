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
import { type Ending, type Expectation, expect, outcomeOf } from './model.ts';
import { describe, type SimulatedObject } from './object.ts';
import type { Effect } from './peer.ts';
import { type Node, secretText } from './program.ts';
import { replay, type Replayed } from './replay.ts';
import { storageFaultMark } from './store.ts';
import type { World } from './world.ts';

/** What was accepted: an event, its program, and the seed of what its code has seen before its first step. */
export interface Case {
  readonly key: string;
  readonly program: (version: string) => Node;
  readonly seed: number;
}

/** An execution as it was when it was last seen durable. */
interface Kept {
  readonly record: ExecutionRecord;
  readonly journal: readonly JournalEntry[];
}

/** Ids that a client was told for a key, and whether the execution was then durable. */
interface Told {
  readonly id: string;
}

export class Invariants {
  readonly #world: World;
  readonly #told = new Map<string, Told>();
  /** Executions that ended and were purged since. */
  readonly #purged = new Map<string, Kept>();
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
      if (before !== undefined) this.#changed(method, before, journal ?? []);
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

  #changed(method: string, before: ExecutionRecord, journal: readonly JournalEntry[]): void {
    const isEnded = before.endedAt !== undefined;
    if (method !== 'deleteExecution') {
      if (isEnded)
        this.#world.violation('a final status stays', `${before.key} is ${before.status} and met ${method}`);
      return;
    }
    if (!isEnded) this.#world.violation('only what has ended is purged', `${before.key} is ${before.status}`);
    this.#purged.set(before.key, { record: before, journal });
  }

  /** Called where all that was written is durable: a crash could come now. */
  durable(object: SimulatedObject): void {
    const { disk } = object;
    const mark = disk.marks.get('low-water') ?? 0;
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
    const soon = now + limit.alarmRetryMs;
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
    if (this.#purged.has(key)) return;
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

  /** The same key with another body. */
  conflicted(key: string, result: AcceptResult): void {
    const refusal: AcceptRefusal | undefined = result.ok ? undefined : result.error;
    if (refusal?.kind === 'idempotency-key-reused' && refusal.id === this.#told.get(key)?.id) return;
    if (this.#purged.has(key)) return;
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

  /** No window holds more than its limit and its burst. */
  rate(object: SimulatedObject, { limit: most, windowSeconds, burst = most }: RateLimitPolicy): void {
    const records = [
      ...object.disk.executions.values(),
      ...[...this.#purged.values()].map(({ record }) => record),
    ];
    const times = records
      .filter(({ version }) => !version.startsWith('$'))
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

  /** Everything is over: each execution ended as its program does. */
  async final(object: SimulatedObject, cases: readonly Case[]): Promise<void> {
    const { disk } = object;
    for (const timer of disk.timers) {
      if (timer.serial === objectSerial) continue;
      this.#world.violation('no timer is left behind', `timer of ${timer.serial}, step ${timer.step}`);
    }
    const effects = new Map<string, Map<string, Effect>>();
    for (const effect of this.#world.peer.effects.values()) {
      const [asker = '', path = ''] = effect.asker.split(' ');
      const paths = effects.get(asker) ?? new Map<string, Effect>();
      effects.set(asker, paths.set(path, effect));
    }
    for (const one of cases) {
      const serial = disk.keys.get(one.key);
      const record = serial === undefined ? undefined : disk.executions.get(serial);
      const kept =
        record === undefined ? this.#purged.get(one.key) : { record, journal: disk.entriesOf(record.serial) };
      if (kept === undefined) {
        if (this.#told.has(one.key))
          this.#world.violation('what is accepted is kept', `'${one.key}' is gone`);
        continue;
      }
      await this.#judge(one, kept, effects.get(one.key) ?? new Map<string, Effect>());
    }
  }

  async #judge(one: Case, { record, journal }: Kept, done: ReadonlyMap<string, Effect>): Promise<void> {
    const { coverage } = this.#world;
    coverage.executions += 1;
    coverage.effects += done.size;
    const program = one.program(record.version);
    const expected = await expect(program, one.seed);
    const ending = recorded(record);
    if (expected.exact) {
      coverage.exact += 1;
      this.#same(one.key, 'the run without faults', expected.ending, ending);
      this.#tally(one.key, expected, done);
    }
    const replayed = await replay(program, one.seed, journal);
    if (replayed.divergence !== undefined)
      this.#world.violation('a replay is the run again', `${one.key}: ${replayed.divergence}`);
    if (replayed.ending === undefined)
      this.#world.violation(
        'a replay is the run again',
        `${one.key} ended, and its journal does not tell how`,
      );
    else this.#same(one.key, 'its journal', replayed.ending, ending);
    this.#journaled(one.key, journal, replayed.calls, done);
  }

  #same(key: string, by: string, expected: Ending, actual: Ending): void {
    const [wanted, got] = [JSON.stringify(expected), JSON.stringify(actual)];
    if (wanted !== got)
      this.#world.violation(
        'an execution ends as its program does',
        `${key}: by ${by} ${wanted}, but ${got}`,
      );
  }

  #tally(key: string, { effects, loose }: Expectation, done: ReadonlyMap<string, Effect>): void {
    for (const [path, seen] of effects) {
      const effect = done.get(path);
      if (effect === undefined && !loose.has(path))
        this.#world.violation('every effect happens once', `${key}${path} did nothing`);
      if (effect !== undefined && effect.payload !== String(seen))
        this.#world.violation(
          'every effect happens once',
          `${key}${path} sent ${effect.payload} instead of ${seen}`,
        );
    }
    for (const path of done.keys())
      if (!effects.has(path))
        this.#world.violation('every effect happens once', `${key}${path} did what its program does not`);
  }

  /** A step that is journaled as completed has had its effect. */
  #journaled(
    key: string,
    journal: readonly JournalEntry[],
    calls: Replayed['calls'],
    done: ReadonlyMap<string, Effect>,
  ): void {
    const completed = new Set(
      journal.filter(isTerminal).map(({ type, name }) => (type === 'completed' ? name : '')),
    );
    for (const [path, { label, spec }] of calls) {
      if (completed.has(label) && !done.has(path) && outcomeOf(path, spec).effect)
        this.#world.violation('every effect happens once', `${key}${path} is journaled and did nothing`);
    }
  }
}

function isTerminal(entry: JournalEntry): entry is Extract<JournalEntry, { type: 'completed' | 'faulted' }> {
  return entry.type === 'completed' || entry.type === 'faulted';
}

/** How an execution ended, in the words of the model. */
function recorded({ status, output, error }: ExecutionRecord): Ending {
  if (status === 'completed') return { output };
  const { code = status, httpStatus, name = '' } = error ?? {};
  // What no step threw has no code of its own: the model tells it by its class.
  const caught = code === 'error' && name === 'AggregateError' ? name : code;
  return { error: httpStatus === undefined ? { caught } : { caught, httpStatus } };
}
