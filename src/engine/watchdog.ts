// Watchdog: looks for an execution that nothing would ever wake, and counts each one as a defect: the count must stay 0. It looks at a
// page of what is open whenever the alarm rings, in a circle, and takes up what it finds.
import { limit } from '../core/limit.ts';
import { deadlineOf } from './define.ts';
import type { WorkflowVersions } from './identity.ts';
import { readHistory } from './journal.ts';
import { deadlineStep, type ExecutionRecord, type Ports } from './port.ts';
import type { Roster } from './roster.ts';

export class Watchdog {
  readonly #versions: WorkflowVersions;
  readonly #ports: Ports;
  readonly #roster: Roster;
  #next: number;
  #from = 0;
  #defects = 0;

  constructor(versions: WorkflowVersions, ports: Ports, roster: Roster) {
    this.#versions = versions;
    this.#ports = ports;
    this.#roster = roster;
    // What was live when the object last died has anchors that are due within a lease: until then it is not lost.
    this.#next = ports.clock.now() + limit.watchdogIntervalMs;
  }

  /** Executions that it has found lost since the object started. */
  get defects(): number {
    return this.#defects;
  }

  /** Looks at the next page; to be called when everything that is due has been woken. */
  look(now: number): void {
    if (now < this.#next) return;
    this.#next = now + limit.watchdogIntervalMs;
    const { store } = this.#ports;
    const end = this.#roster.lowWater();
    const page = store.openExecutions(this.#from, limit.watchdogPage).filter((serial) => serial < end);
    for (const serial of page) if (this.#isLost(serial)) this.#takeUp(serial);
    const last = page.at(-1);
    this.#from = last === undefined || page.length < limit.watchdogPage ? 0 : last + 1;
  }

  #isLost(serial: number): boolean {
    if (this.#roster.holds(serial)) return false;
    const { store } = this.#ports;
    const record = store.readExecution(serial);
    if (record?.status !== 'open') return false;
    const timers = new Map(readHistory(store.readJournal(serial)).timers);
    const deadline = this.#deadline(record);
    if (deadline !== undefined) timers.set(deadlineStep, deadline);
    return ![...timers].some(([step, due]) => this.#stands(serial, step, due));
  }

  #deadline(record: ExecutionRecord): number | undefined {
    const definition = this.#versions.byVersion.get(record.version);
    return definition && deadlineOf(definition, record);
  }

  #stands(serial: number, step: number, due: number): boolean {
    const [next] = this.#ports.store.dueTimers(due, { due, serial, step: step - 1 }, 1);
    return next !== undefined && next.serial === serial && next.step === step;
  }

  #takeUp(serial: number): void {
    this.#defects += 1;
    this.#ports.report('defect-lost-execution', {
      execution: this.#roster.idOf(serial),
      defects: this.#defects,
    });
    this.#roster.rouse(serial);
  }
}
