// Calendar: what an object does by the clock and for no execution: it starts the runs of its workflow's schedules, and purges
// what has ended long enough ago. Its timers lie among the executions', under a serial that no execution has.
import type { AcceptRequest, AcceptResult } from '../core/acceptance.ts';
import type { ScheduledRun } from '../core/control.ts';
import { limit } from '../core/limit.ts';
import { dueRuns, nextRun, parseSchedule, type Schedule } from '../core/schedule.ts';
import { firstSerialAt } from '../core/serial.ts';
import type { ScheduleTrigger } from '../core/trigger.ts';
import type { WorkflowDefinition } from './define.ts';
import { objectSerial, type Ports, purgeStep, type Timer } from './port.ts';
import type { ShardIdentity } from './identity.ts';

export interface CalendarHooks {
  /** The alarm must ring by then, ms since the epoch. */
  due(at: number): void;
  /** A write failed: what it would have set the alarm to is lost with it. */
  faulted(): void;
  start(request: AcceptRequest): Promise<AcceptResult>;
}

interface Planned {
  readonly trigger: ScheduleTrigger;
  readonly schedule: Schedule;
  /** Name of the mark that says up to when its runs are decided. */
  readonly mark: string;
}

const purgeMark = 'purge';

export class Calendar {
  readonly #identity: ShardIdentity;
  readonly #definition: WorkflowDefinition;
  readonly #ports: Ports;
  readonly #hooks: CalendarHooks;
  readonly #planned: readonly Planned[];
  #purgeExpected: boolean | undefined;

  constructor(identity: ShardIdentity, definition: WorkflowDefinition, ports: Ports, hooks: CalendarHooks) {
    this.#identity = identity;
    this.#definition = definition;
    this.#ports = ports;
    this.#hooks = hooks;
    this.#planned = identity.shard === 0 ? planned(definition) : [];
  }

  /** Sees to it that each schedule has its timer; gives their next runs. A new schedule counts from now. */
  ensure(): ScheduledRun[] {
    const { store, clock } = this.#ports;
    return this.#planned.map(({ trigger, schedule, mark }, step) => {
      const decided = store.readMark(mark) ?? clock.now();
      const next = nextRun(schedule, decided);
      try {
        store.transaction(() => {
          if (store.readMark(mark) === undefined) store.writeMark(mark, decided);
          if (next !== undefined) this.#set(next, step);
        });
      } catch (fault) {
        this.#hooks.faulted();
        throw fault;
      }
      return { name: trigger.name, next };
    });
  }

  /** Sees to it that the purge has its timer: called where an execution is stored, inside its commit. */
  expectPurge(now: number): void {
    this.#purgeExpected ??= this.#ports.store.readMark(purgeMark) === 1;
    if (this.#purgeExpected) return;
    const { store } = this.#ports;
    store.transaction(() => {
      store.writeMark(purgeMark, 1);
      this.#set(now + Math.min(...Object.values(this.#definition.retainMs)), purgeStep);
    });
    this.#purgeExpected = true;
  }

  /** A commit failed: whether the purge has its timer must be read again. */
  forget(): void {
    this.#purgeExpected = undefined;
  }

  /** A timer of the calendar is due. */
  async wake(timer: Timer, now: number): Promise<void> {
    if (timer.step === purgeStep) {
      this.#purge(timer, now);
      return;
    }
    const plan = this.#planned[timer.step];
    if (plan === undefined) this.#ports.store.clearTimer(timer);
    else await this.#startRuns(plan, timer, now);
  }

  async #startRuns({ trigger, schedule, mark }: Planned, timer: Timer, now: number): Promise<void> {
    const { store } = this.#ports;
    const { misfire = 'once' } = trigger;
    const before = store.readMark(mark) ?? now;
    const { runs, lastRunAt } = dueRuns(schedule, {
      lastRunAt: before,
      now,
      misfire,
      max: limit.scheduleBatchMax,
    });
    for (const run of runs) await this.#start(trigger, run);
    // Only now is it decided: a crash before this starts the same runs again, under the same keys.
    const next = nextRun(schedule, lastRunAt);
    store.transaction(() => {
      store.clearTimer(timer);
      store.writeMark(mark, lastRunAt);
      if (next !== undefined) this.#set(next, timer.step);
    });
  }

  async #start({ name, input }: ScheduleTrigger, at: number): Promise<void> {
    const time = new Date(at).toISOString();
    const started = await this.#hooks.start({
      ...this.#identity,
      key: `schedule:${name}:${time}`,
      event: {
        id: `${name}:${time}`,
        type: 'dev.signalbox.schedule.due',
        source: 'schedule',
        time,
        subject: name,
      },
      data: JSON.stringify(input ?? { schedule: name, scheduledAt: time }),
    });
    if (started.ok) return;
    // A run over the workflow's rate limit is a run that is missed.
    this.#ports.report('schedule-refused', { schedule: name, time, reason: started.error.kind });
  }

  #purge(timer: Timer, now: number): void {
    const { store } = this.#ports;
    const { retainMs } = this.#definition;
    const shortest = Math.min(...Object.values(retainMs));
    store.transaction(() => {
      const endedBefore = {
        completed: now - retainMs.completed,
        faulted: now - retainMs.faulted,
        cancelled: now - retainMs.cancelled,
      };
      const purged = store.purgeExecutions(firstSerialAt(now - shortest), endedBefore, limit.purgeBatchMax);
      store.clearTimer(timer);
      if (store.lastSerial() === undefined) {
        store.writeMark(purgeMark, 0);
        this.#purgeExpected = false;
        return;
      }
      const more = purged >= limit.purgeBatchMax;
      this.#set(now + (more ? limit.purgePauseMs : Math.min(shortest, limit.purgeIntervalMs)), purgeStep);
    });
  }

  #set(due: number, step: number): void {
    this.#ports.store.setTimer({ due, serial: objectSerial, step });
    this.#hooks.due(due);
  }
}

function planned({ name, triggers }: WorkflowDefinition): Planned[] {
  return triggers
    .filter((trigger) => trigger.kind === 'schedule')
    .map((trigger) => {
      const parsed = parseSchedule(
        'cron' in trigger ? { cron: trigger.cron, timeZone: trigger.timeZone } : { every: trigger.every },
      );
      // defineWorkflow has read every schedule already.
      if (!parsed.ok) throw new Error(`workflow '${name}', schedule '${trigger.name}': ${parsed.error}`);
      return { trigger, schedule: parsed.value, mark: `schedule:${trigger.name}` };
    });
}
