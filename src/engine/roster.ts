// Roster: the runs of a shard that are live, the executions that wait for a place among them, and what finds each again after
// a crash.
//
// A fresh execution lies at or after the low-water mark: from there on, all that is open is taken up at a restart. One that waits
// has timers in storage; one that has been live for a lease, or was woken, has an anchor there. So nothing sleeps for ever.
import { formatExecutionId } from '../core/id.ts';
import { limit } from '../core/limit.ts';
import { callbackDefinition, callbackVersion } from './callback.ts';
import { deadlineOf, type WorkflowDefinition } from './define.ts';
import { readHistory } from './journal.ts';
import { JournalWriter } from './journal-writer.ts';
import type { ShardIdentity, WorkflowVersions } from './identity.ts';
import {
  deadlineStep,
  leaseStep,
  type ExecutionRecord,
  type Outcome,
  type Ports,
  type Timer,
} from './port.ts';
import { StorageFault } from './error.ts';
import { Run, type RunHooks } from './run.ts';
import { Suspect } from './suspect.ts';

/** What a roster tells the shard. */
export interface RosterHooks {
  /** The alarm must ring by then, ms since the epoch. */
  due(at: number): void;
  /** Something that the status of the execution shows has changed. */
  changed(serial: number): void;
  /** An execution ends: inside the commit that says so. */
  closing(record: ExecutionRecord, outcome: Outcome): void;
  /** A write failed: what it would have set the alarm to is lost with it. */
  faulted(): void;
  ended(record: ExecutionRecord): void;
}

interface Enrolled {
  /** Whether attempts of it may have been cut off by a crash. */
  readonly recovered: boolean;
  /** Whether it may have been what ended the object: it starts alone. */
  readonly suspect?: boolean;
  readonly found: Timer | undefined;
  /** Further timers of it that were due at the same time. */
  readonly others?: Timer[];
  /** The record as it was just stored, while nothing else was written of the execution: it need not be read back. */
  readonly fresh?: ExecutionRecord | undefined;
}

const lowWaterMark = 'low-water';

export class Roster {
  readonly #identity: ShardIdentity;
  readonly #versions: WorkflowVersions;
  readonly #ports: Ports;
  readonly #hooks: RosterHooks;
  readonly #live = new Map<number, Run>();
  /** Open executions at or after the low-water mark that nothing in storage points to, oldest first, with the time since when. */
  readonly #fresh = new Map<number, number>();
  readonly #backlog = new Map<number, Enrolled>();
  readonly #runHooks: RunHooks;
  readonly #callback: WorkflowDefinition;
  readonly #suspect: Suspect;
  #questioning = false;
  #launching = false;
  /**
   * Whether the life before was ended by what it started: what is woken in this one may be the same. That the attempts of others were
   * cut off by it is not counted against them.
   */
  #wary = false;
  /** How often the engine itself has failed an execution in this life. */
  readonly #breaks = new Map<number, number>();

  constructor(identity: ShardIdentity, versions: WorkflowVersions, ports: Ports, hooks: RosterHooks) {
    this.#identity = identity;
    this.#versions = versions;
    this.#ports = ports;
    this.#hooks = hooks;
    this.#suspect = new Suspect(ports);
    this.#callback = callbackDefinition(identity.workflow, ports, versions.current.retainMs);
    this.#runHooks = {
      due: (at) => hooks.due(at),
      changed: (run) => hooks.changed(run.record.serial),
      parked: (run) => this.#park(run),
      closing: (record, outcome) => hooks.closing(record, outcome),
      finished: ({ record }) => {
        this.#remove(record.serial);
        hooks.ended(record);
      },
      broken: (run, error) => this.#broken(run, error),
    };
  }

  /** Whether anything here depends on this object being awake. */
  get busy(): boolean {
    return this.#live.size > 0 || this.#backlog.size > 0 || this.#fresh.size > 0;
  }

  /** Whether the life before was ended by what it started. */
  get isWary(): boolean {
    return this.#wary;
  }

  /** Whether the execution is live, or waits for a place. */
  holds(serial: number): boolean {
    return this.#live.has(serial) || this.#backlog.has(serial) || this.#fresh.has(serial);
  }

  /** Every open execution before this serial has a timer of its own. */
  lowWater(): number {
    return this.#ports.store.readMark(lowWaterMark) ?? 0;
  }

  live(serial: number): Run | undefined {
    return this.#live.get(serial);
  }

  idOf(serial: number): string {
    return formatExecutionId({ ...this.#identity, serial });
  }

  /** Takes up what was open at or after the low-water mark when the object was last alive. */
  recover(): void {
    const { store, clock } = this.#ports;
    const now = clock.now();
    this.#wary = this.#suspect.recall();
    let from = this.lowWater();
    for (;;) {
      const page = store.openExecutions(from, limit.recoveryPage);
      for (const serial of page) {
        this.#fresh.set(serial, now);
        this.#backlog.set(serial, { recovered: !this.#wary, suspect: true, found: undefined });
      }
      const last = page.at(-1);
      if (last === undefined || page.length < limit.recoveryPage) break;
      from = last + 1;
    }
    this.launchSoon();
  }

  /**
   * An execution was accepted: inside the commit that stores it.
   * @param record as it is stored, where nothing is in its journal
   */
  welcome(serial: number, record?: ExecutionRecord): void {
    const now = this.#ports.clock.now();
    this.#fresh.set(serial, now);
    // One that has to wait for a place is read again then: its input need not lie in memory meanwhile.
    const soon = this.#live.size + this.#backlog.size < limit.liveRunsMax;
    this.#backlog.set(serial, { recovered: false, found: undefined, fresh: soon ? record : undefined });
    this.#hooks.due(now + limit.leaseMs);
  }

  /** The commit that stored it failed. */
  forget(serial: number): void {
    this.#fresh.delete(serial);
    this.#backlog.delete(serial);
  }

  /** Sees to it that the execution runs: something has happened that it may wait for, and its journal may have more than before. */
  rouse(serial: number): void {
    if (this.#live.has(serial)) return;
    const waiting = this.#backlog.get(serial);
    this.#backlog.set(
      serial,
      waiting === undefined ? { recovered: false, found: undefined } : { ...waiting, fresh: undefined },
    );
    if (waiting === undefined) this.launchSoon();
  }

  /**
   * A timer of an execution is due.
   * @param suspect whether an alarm that would have woken it has ended the object before
   */
  wake(timer: Timer, now: number, suspect: boolean): void {
    const { serial, step } = timer;
    const run = this.#live.get(serial);
    if (run !== undefined) {
      if (step === deadlineStep) run.cut('deadline', true);
      run.wake(now);
      return;
    }
    const enrolled = this.#backlog.get(serial);
    if (enrolled !== undefined) {
      enrolled.others?.push(timer);
      return;
    }
    // A timer that is this late, or a lease, was not waited for in peace: an attempt may have been cut off.
    const late = step === leaseStep || now - timer.due > limit.leaseMs;
    this.#backlog.set(serial, {
      recovered: late && !this.#wary,
      suspect: suspect || late || this.#wary,
      found: timer,
      others: [],
    });
  }

  /**
   * Starts what waits once what was written is durable: were its code to end the object before, whoever sent the event would not be
   * answered, and send it again, and again.
   */
  launchSoon(): void {
    if (this.#launching || this.#backlog.size === 0) return;
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
    for (const [serial, { suspect }] of this.#backlog) {
      if (this.#live.size >= limit.liveRunsMax) return;
      if (suspect === true) {
        void this.#question();
        return;
      }
      if (!this.#launchOne(serial)) return;
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
        goesWell = this.#launchOne(serial);
        do await clock.turn();
        while (this.#live.get(serial)?.isReplaying === true);
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
    if (this.#live.size >= limit.liveRunsMax) return undefined;
    for (const [serial, { suspect }] of this.#backlog) if (suspect === true) return serial;
    return undefined;
  }

  /** Whether it went well: otherwise the rest waits for the alarm. */
  #launchOne(serial: number): boolean {
    const enrolled = this.#backlog.get(serial);
    if (enrolled === undefined) return true;
    this.#backlog.delete(serial);
    try {
      this.#start(serial, enrolled);
      return true;
    } catch (fault) {
      this.#live.get(serial)?.drop();
      this.#retake(serial, enrolled, fault);
      return false;
    }
  }

  /** Anchors what has been live for a lease, and moves the low-water mark past it. */
  renewLeases(now: number): void {
    const { store } = this.#ports;
    for (const run of this.#live.values()) run.look(now);
    for (const [serial, since] of this.#fresh) {
      if (since + limit.leaseMs > now) break;
      const run = this.#live.get(serial);
      if (run === undefined) break;
      run.anchor();
      this.#fresh.delete(serial);
    }
    // The smallest, not the first: what was broken is taken up again after younger ones.
    let oldest = Infinity;
    for (const serial of this.#fresh.keys()) oldest = Math.min(oldest, serial);
    const mark = oldest < Infinity ? oldest : (store.lastSerial() ?? -1) + 1;
    if (mark > this.lowWater()) store.writeMark(lowWaterMark, mark);
  }

  /**
   * Holds an open execution: its run is dropped, its timers are cleared. Attempts under way are cut off, and made again with the
   * same idempotency keys when it is resumed.
   */
  suspend(record: ExecutionRecord, reason: string): void {
    const { store } = this.#ports;
    const { serial } = record;
    store.transaction(() => {
      store.suspendExecution(serial, reason);
      this.#writerOf(record).clearTimers();
    });
    try {
      this.#live.get(serial)?.leave();
    } finally {
      this.#backlog.delete(serial);
      this.#remove(serial);
    }
  }

  /** Ends an execution that is not live, without running any code of it. */
  end(record: ExecutionRecord, outcome: Outcome): void {
    const writer = this.#writerOf(record);
    this.#commit(() => void writer.finish(outcome, (clean) => this.#hooks.closing(record, clean)));
    this.#backlog.delete(record.serial);
    this.#remove(record.serial);
    this.#hooks.ended(record);
  }

  /** A suspended execution goes on; `also` writes in the same commit. */
  resume(record: ExecutionRecord, also?: () => void): void {
    const { store, clock } = this.#ports;
    const { serial, version } = record;
    const timers = new Map(readHistory(store.readJournal(serial)).timers);
    const definition = this.#versions.byVersion.get(version);
    const deadline = definition && deadlineOf(definition, record);
    if (deadline !== undefined) timers.set(deadlineStep, deadline);
    const lease: Timer = { due: clock.now() + limit.leaseMs, serial, step: leaseStep };
    this.#commit(() => {
      store.resumeExecution(serial);
      also?.();
      for (const [step, due] of timers) store.setTimer({ due, serial, step });
      store.setTimer(lease);
      this.#hooks.due(Math.min(lease.due, ...timers.values()));
    });
    this.#backlog.set(serial, { recovered: false, found: lease });
    this.launchSoon();
  }

  #commit(work: () => void): void {
    try {
      this.#ports.store.transaction(work);
    } catch (fault) {
      this.#hooks.faulted();
      throw fault;
    }
  }

  #writerOf(record: ExecutionRecord): JournalWriter {
    const { store } = this.#ports;
    const history = readHistory(store.readJournal(record.serial));
    const options = { found: undefined, deadline: undefined };
    return new JournalWriter(
      this.#ports,
      record.serial,
      history,
      store.journalLength(record.serial),
      options,
      (at) => this.#hooks.due(at),
    );
  }

  #start(serial: number, { recovered, found, others = [], suspect, fresh }: Enrolled): void {
    const { store } = this.#ports;
    const record = fresh ?? store.readExecution(serial);
    if (record?.status !== 'open') {
      // Left behind by lives that ended before they could clear them.
      if (found !== undefined) for (const timer of [found, ...others]) store.clearTimer(timer);
      this.#fresh.delete(serial);
      return;
    }
    const definition =
      record.version === callbackVersion ? this.#callback : this.#versions.byVersion.get(record.version);
    if (definition === undefined) {
      const { workflow } = this.#identity;
      const reason = `This deployment has no version ${record.version} of workflow '${workflow}', which accepted the execution: deploy it again, then resume`;
      this.suspend(record, reason);
      return;
    }
    const collapses =
      suspect === true ? this.#suspect.collapses(serial) + (this.#breaks.get(serial) ?? 0) : 0;
    if (collapses >= limit.collapsesMax) {
      this.#giveUp(record, collapses);
      return;
    }
    const entries = fresh === undefined ? store.readJournal(serial) : [];
    const run = new Run(
      this.idOf(serial),
      record,
      definition,
      entries,
      { recovered, found },
      this.#ports,
      this.#runHooks,
    );
    this.#live.set(serial, run);
    if (!this.#fresh.has(serial)) run.anchor();
    run.start();
    if (found?.step === deadlineStep) run.cut('deadline', true);
    this.#hooks.changed(serial);
  }

  /** Ends an execution that would end its object, or break, whenever it is run. */
  #giveUp(record: ExecutionRecord, collapses: number): void {
    const message = `The execution was given up after ${collapses} starts in a row that ended its object: its code seems to loop for ever, or to need more memory than there is`;
    const now = this.#ports.clock.now();
    const error = { code: 'interrupted', name: 'Error', message, retryable: false };
    this.end(record, { status: 'faulted', startedAt: record.startedAt ?? now, endedAt: now, error });
    this.#suspect.absolve(record.serial);
  }

  #park(run: Run): void {
    const { serial } = run.record;
    const { nextDue } = run;
    this.#hooks.changed(serial);
    const soon = nextDue !== undefined && nextDue - this.#ports.clock.now() <= limit.parkedKeepMs;
    if (soon && this.#live.size < limit.liveRunsMax) return;
    try {
      run.leave();
    } finally {
      this.#remove(serial);
    }
  }

  #remove(serial: number): void {
    this.#live.delete(serial);
    this.#breaks.delete(serial);
    this.#fresh.delete(serial);
    this.#hooks.changed(serial);
    this.launchSoon();
  }

  #broken(run: Run, error: unknown): void {
    const { serial } = run.record;
    this.#retake(serial, { recovered: true, suspect: true, found: undefined }, error);
    // What the storage has not done is nobody's guilt; what else breaks a run would break it for ever.
    if (!(error instanceof StorageFault)) this.#breaks.set(serial, (this.#breaks.get(serial) ?? 0) + 1);
  }

  /** Puts an execution that a fault has kept from running back among those that wait: the alarm finds it there. */
  #retake(serial: number, enrolled: Enrolled, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#ports.report('run-broken', { execution: this.idOf(serial), message });
    this.#live.delete(serial);
    this.#fresh.set(serial, this.#ports.clock.now());
    this.#backlog.set(serial, enrolled);
    this.#hooks.faulted();
  }
}
