// Roster: the runs of a shard that are live, the executions that wait for a place among them, and what finds each again after
// a crash.
//
// A fresh execution lies at or after the low-water mark: from there on, all that is open is taken up at a restart. One that waits
// has timers in storage; one that has been live for a lease, or was woken, has an anchor there. So nothing sleeps for ever.
import { formatExecutionId } from '../core/id.ts';
import { limit } from '../core/limit.ts';
import { callbackDefinition, callbackVersion } from './callback.ts';
import { deadlineOf, type WorkflowDefinition } from './define.ts';
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
import { type Enrolled, Launcher } from './launcher.ts';
import { Run, type RunHooks } from './run.ts';
import { StoredExecution } from './stored-execution.ts';

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

const lowWaterMark = 'low-water';

export class Roster {
  readonly #identity: ShardIdentity;
  readonly #versions: WorkflowVersions;
  readonly #ports: Ports;
  readonly #hooks: RosterHooks;
  readonly #live = new Map<number, Run>();
  /** Open executions at or after the low-water mark that nothing in storage points to, oldest first, with the time since when. */
  readonly #fresh = new Map<number, number>();
  readonly #launcher: Launcher;
  readonly #runHooks: RunHooks;
  readonly #callback: WorkflowDefinition;
  /** How often the engine itself has failed an execution in this life. */
  readonly #breaks = new Map<number, number>();

  constructor(identity: ShardIdentity, versions: WorkflowVersions, ports: Ports, hooks: RosterHooks) {
    this.#identity = identity;
    this.#versions = versions;
    this.#ports = ports;
    this.#hooks = hooks;
    this.#launcher = new Launcher(ports, {
      live: () => this.#live.size,
      start: (serial, enrolled) => this.#start(serial, enrolled),
      failed: (serial, enrolled, fault) => {
        this.#live.get(serial)?.drop();
        this.#retake(serial, enrolled, fault);
      },
      isReplaying: (serial) => this.#live.get(serial)?.isReplaying === true,
      faulted: () => hooks.faulted(),
    });
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
    return this.#live.size > 0 || this.#launcher.size > 0 || this.#fresh.size > 0;
  }

  /** Whether the life before was ended by what it started. */
  get isWary(): boolean {
    return this.#launcher.isWary;
  }

  /** Whether the execution is live, or waits for a place. */
  holds(serial: number): boolean {
    return this.#live.has(serial) || this.#launcher.enrolled(serial) !== undefined || this.#fresh.has(serial);
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
    this.#launcher.recall();
    const recovered = !this.#launcher.isWary;
    let from = this.lowWater();
    for (;;) {
      const page = store.openExecutions(from, limit.recoveryPage);
      for (const serial of page) {
        this.#fresh.set(serial, now);
        this.#launcher.enroll(serial, { recovered, suspect: true, found: undefined });
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
    const kept = this.#launcher.hasRoom ? record : undefined;
    this.#launcher.enroll(serial, { recovered: false, found: undefined, fresh: kept });
    this.#hooks.due(now + limit.leaseMs);
  }

  /** The commit that stored it failed. */
  forget(serial: number): void {
    this.#fresh.delete(serial);
    this.#launcher.leave(serial);
  }

  /** Sees to it that the execution runs: something has happened that it may wait for, and its journal may have more than before. */
  rouse(serial: number): void {
    if (this.#live.has(serial)) return;
    const waiting = this.#launcher.enrolled(serial);
    this.#launcher.enroll(
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
    const enrolled = this.#launcher.enrolled(serial);
    if (enrolled !== undefined) {
      enrolled.others?.push(timer);
      return;
    }
    // A timer that is this late, or a lease, was not waited for in peace: an attempt may have been cut off.
    const late = step === leaseStep || now - timer.due > limit.leaseMs;
    this.#launcher.enroll(serial, {
      recovered: late && !this.#launcher.isWary,
      suspect: suspect || late || this.#launcher.isWary,
      found: timer,
      others: [],
    });
  }

  launchSoon(): void {
    this.#launcher.launchSoon();
  }

  launch(): void {
    this.#launcher.launch();
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
    const { serial } = record;
    this.#stored(record).suspend(reason);
    try {
      this.#live.get(serial)?.leave();
    } finally {
      this.#launcher.leave(serial);
      this.#remove(serial);
    }
  }

  /** Ends an execution that is not live, without running any code of it. */
  end(record: ExecutionRecord, outcome: Outcome): void {
    this.#commit(() => this.#stored(record).end(outcome, (clean) => this.#hooks.closing(record, clean)));
    this.#launcher.leave(record.serial);
    this.#remove(record.serial);
    this.#hooks.ended(record);
  }

  /** A suspended execution goes on; `also` writes in the same commit. */
  resume(record: ExecutionRecord, also?: () => void): void {
    const definition = this.#versions.byVersion.get(record.version);
    const deadline = definition && deadlineOf(definition, record);
    const lease = this.#commit(() => this.#stored(record).resume(deadline, also));
    this.#launcher.enroll(record.serial, { recovered: false, found: lease });
    this.launchSoon();
  }

  #commit<T>(work: () => T): T {
    try {
      return work();
    } catch (fault) {
      this.#hooks.faulted();
      throw fault;
    }
  }

  #stored(record: ExecutionRecord): StoredExecution {
    return new StoredExecution(record, this.#ports, (at) => this.#hooks.due(at));
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
      suspect === true ? this.#launcher.collapses(serial) + (this.#breaks.get(serial) ?? 0) : 0;
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
    this.#launcher.absolve(record.serial);
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
    this.#launcher.enroll(serial, enrolled);
    this.#hooks.faulted();
  }
}
