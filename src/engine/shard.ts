// Shard: one object's executions, as the rest of the service asks for them: accept, show, ring. What is live is the roster's;
// what may be done to an execution from outside is in control.ts.
import type { AcceptRequest, AcceptResult, StatusRequest } from '../core/acceptance.ts';
import type { StatusAnswer } from '../core/execution.ts';
import { limit } from '../core/limit.ts';
import type { JournalEntry } from '../core/step.ts';
import { Acceptor } from './acceptance.ts';
import { Calendar } from './calendar.ts';
import { callbackRequest, callbackVersion } from './callback.ts';
import type { ShardIdentity, WorkflowVersions } from './identity.ts';
import { Intake } from './intake.ts';
import { type ExecutionRecord, objectSerial, type Outcome, type Ports, type Timer } from './port.ts';
import { Roster } from './roster.ts';
import type { Run } from './run.ts';
import { answerOf, type Representation, show, statusOf } from './show.ts';
import { ShownCache } from './shown-cache.ts';
import { Watchdog } from './watchdog.ts';

export class Shard {
  readonly identity: ShardIdentity;
  readonly ports: Ports;
  readonly roster: Roster;
  readonly calendar: Calendar;
  readonly watchdog: Watchdog;
  readonly #versions: WorkflowVersions;
  readonly #acceptor: Acceptor;
  readonly #intake: Intake;
  readonly #shown = new ShownCache();
  readonly #watchers = new Map<number, Set<() => void>>();
  /** When the alarm that is being handled rang, ms since the epoch. */
  #ringing: number | undefined;

  constructor(identity: ShardIdentity, versions: WorkflowVersions, ports: Ports) {
    this.identity = identity;
    this.ports = ports;
    this.#versions = versions;
    this.#acceptor = new Acceptor(versions.current, ports, (at) => this.#arm(at));
    this.roster = new Roster(identity, versions, ports, {
      due: (at) => this.#arm(at),
      changed: (serial) => this.changed(serial),
      faulted: () => this.#faulted(),
      closing: (record, outcome) => this.#closing(record, outcome),
      ended: (record) => this.#ended(record),
    });
    this.watchdog = new Watchdog(versions, ports, this.roster);
    this.calendar = new Calendar(identity, versions.current, ports, {
      due: (at) => this.#arm(at),
      faulted: () => this.#faulted(),
      start: (request) => this.accept(request),
    });
    this.#intake = new Intake({
      identity,
      definition: versions.current,
      ports,
      acceptor: this.#acceptor,
      roster: this.roster,
      calendar: this.calendar,
      faulted: () => this.#faulted(),
    });
  }

  /** Takes up what a crash or an eviction left: to be called once, before anything else. */
  open(): void {
    const { store, clock, alarm } = this.ports;
    this.roster.recover();
    const now = clock.now();
    // The alarm that began this life may be the one that ends it: it will not do so as often as the platform gives one up.
    if (this.roster.isWary) alarm.set(now + limit.alarmRetryMs);
    const due = Math.min(store.nextDue(-1) ?? Infinity, this.roster.busy ? now + limit.leaseMs : Infinity);
    if (due < Infinity) this.#arm(Math.max(due, now));
  }

  /** Accepts one event. Rejects where the storage failed: nothing was kept of the event, and its sender tries again. */
  accept(request: AcceptRequest): Promise<AcceptResult> {
    return this.#intake.accept(request);
  }

  /** Stores a new execution of the event of another, with what is kept of its journal, in one commit. */
  copy(
    record: ExecutionRecord,
    kept: readonly JournalEntry[],
    key: string,
    origin: string | undefined,
  ): { readonly record: ExecutionRecord; readonly duplicate: boolean } {
    const { store, clock } = this.ports;
    const known = store.findByKey(key);
    const before = known === undefined ? undefined : store.readExecution(known.serial);
    if (before !== undefined) return { record: before, duplicate: true };
    let copied: ExecutionRecord | undefined;
    try {
      const stored = store.transaction(() => {
        const definition = this.#versions.byVersion.get(record.version);
        copied = this.#acceptor.copy(record, definition, key, origin, clock.now());
        for (const [seq, entry] of kept.entries()) store.appendEntry(copied.serial, seq, entry);
        this.roster.welcome(copied.serial);
        return copied;
      });
      this.roster.launchSoon();
      return { record: stored, duplicate: false };
    } catch (fault) {
      if (copied !== undefined) this.roster.forget(copied.serial);
      this.#faulted();
      throw fault;
    }
  }

  /** The execution's representation; with `waitSeconds`, once its status is another than now. Undefined where there is none. */
  async status({ waitSeconds = 0 }: StatusRequest, serial: number): Promise<StatusAnswer | undefined> {
    if (waitSeconds > 0) {
      const record = this.ports.store.readExecution(serial);
      if (record === undefined) return undefined;
      if (record.endedAt === undefined) await this.#statusChange(serial, waitSeconds * 1000);
    }
    return this.show(serial);
  }

  show(serial: number): StatusAnswer | undefined {
    const { store, clock } = this.ports;
    const run = this.roster.live(serial);
    // What is live changes without a write: an attempt under way is shown, and in no journal.
    const kept = run === undefined ? this.#shown.get(serial, store.revision()) : undefined;
    const shown = kept ?? this.#represent(serial, run);
    if (shown === undefined) return undefined;
    if (run === undefined) this.#shown.set(serial, shown);
    return answerOf(shown, clock.now());
  }

  #represent(serial: number, run: Run | undefined): Representation | undefined {
    const { store, clock } = this.ports;
    const record = store.readExecution(serial);
    if (record === undefined) return undefined;
    const entries = store.readJournal(serial);
    const { workflow } = this.identity;
    return show({ id: this.roster.idOf(serial), workflow, record, entries, run, now: clock.now() });
  }

  /** Something that the status of an execution shows has changed. */
  changed(serial: number): void {
    for (const watcher of this.#watchers.get(serial) ?? []) watcher();
  }

  async #statusChange(serial: number, waitMs: number): Promise<void> {
    const before = this.#statusNow(serial);
    const deadline = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const watcher = () => {
      try {
        if (this.#statusNow(serial) !== before) resolve();
      } catch (fault) {
        // Its asker's matter alone: whoever tells of the change has done nothing wrong.
        reject(fault);
      }
    };
    const watchers = this.#watchers.get(serial) ?? new Set();
    this.#watchers.set(serial, watchers.add(watcher));
    try {
      await Promise.race([promise, this.ports.clock.after(waitMs, deadline.signal)]);
    } finally {
      deadline.abort();
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(serial);
    }
  }

  #statusNow(serial: number): string | undefined {
    const { store } = this.ports;
    const record = store.readExecution(serial);
    return record && statusOf(record, this.roster.live(serial), store.journalLength(serial) > 0);
  }

  /**
   * The alarm rang: wakes what is due, renews leases, and sets the next one. Never throws: the platform gives an alarm that
   * fails seven times up for good (workerd, read 2026-08), so a fault is reported and the alarm set again.
   * @param failures how often this same alarm has rung and not come to an end
   */
  async ring(failures = 0): Promise<void> {
    const { clock, store } = this.ports;
    const now = clock.now();
    try {
      // What is due may have ended the object. It will not do so as often as the platform gives an alarm up: this is another one.
      if (failures > 0) {
        this.ports.alarm.set(now + limit.alarmRetryMs);
        await store.committed();
      }
      this.#ringing = now;
      await this.#wakeDue(now, failures > 0);
      this.roster.renewLeases(now);
      this.watchdog.look(now);
      this.#ringing = undefined;
      const due = store.nextDue(now);
      const next = this.roster.busy ? Math.min(due ?? Infinity, now + limit.leaseMs) : due;
      if (next !== undefined) this.#arm(next);
    } catch (fault) {
      this.ports.report('alarm-fault', { message: fault instanceof Error ? fault.message : String(fault) });
      this.#faulted();
    } finally {
      this.#ringing = undefined;
    }
  }

  async #wakeDue(now: number, suspects: boolean): Promise<void> {
    const { store, clock } = this.ports;
    let after: Timer | undefined;
    for (;;) {
      const due = store.dueTimers(now, after, limit.timerBatchMax);
      for (const timer of due) {
        if (timer.serial === objectSerial) await this.calendar.wake(timer, now);
        else this.roster.wake(timer, now, suspects);
      }
      this.roster.launch();
      after = due.at(-1);
      if (due.length < limit.timerBatchMax) return;
      // Between two batches everything else has its turn: accepts and status questions do not wait for ten thousand sleepers.
      await clock.letIn();
    }
  }

  /** The callback of an execution is stored in the commit that ends it. */
  #closing(record: ExecutionRecord, outcome: Outcome): void {
    const callback = this.#versions.byVersion.get(record.version)?.callback;
    if (callback === undefined) return;
    const { clock } = this.ports;
    const request = callbackRequest(this.roster.idOf(record.serial), this.identity, callback, outcome);
    const decided = this.#acceptor.decide(
      request,
      clock.now(),
      (serial) => this.roster.idOf(serial),
      callbackVersion,
    );
    if (decided.ok && decided.value.started !== undefined) this.roster.welcome(decided.value.serial);
  }

  #ended({ parent }: ExecutionRecord): void {
    // A word that saves the parent some waiting: it asks by itself as well.
    if (parent !== undefined) this.ports.peers.hurry(parent.id, parent.step).catch(() => {});
  }

  #arm(at: number): void {
    const { alarm } = this.ports;
    const set = alarm.read();
    const due = this.#ringing === undefined ? at : Math.min(at, this.#dueWhileRinging(this.#ringing));
    if (set === undefined || set > due) alarm.set(due);
  }

  /**
   * An alarm that is set while one rings takes its place: were the object to end before all that is due was woken, the platform would
   * ring by the new one alone.
   */
  #dueWhileRinging(now: number): number {
    return Math.max(this.ports.store.nextDue(-1) ?? Infinity, now + limit.leaseMs);
  }

  /** A commit failed, and with it all it wrote: the alarm does not stand where it was last told to, and what was counted was not. */
  #faulted(): void {
    const { alarm, clock } = this.ports;
    this.#acceptor.forget();
    this.calendar.forget();
    const now = clock.now();
    const told = alarm.read() ?? Infinity;
    // A moment that has passed would ring at once, and meet the same fault.
    alarm.set(Math.min(told > now ? told : Infinity, now + limit.alarmRetryMs));
  }
}
