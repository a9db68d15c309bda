// World: one seeded run of the real engine among simulated disks, clocks, alarms and peers: objects, a client, faults, and the loop
// that makes one thing happen after the other.
import { formatExecutionId, parseExecutionId } from '../../src/core/id.ts';
import { limit } from '../../src/core/limit.ts';
import { objectSerial } from '../../src/engine/port.ts';
import { Client } from './client.ts';
import { Coverage } from './coverage.ts';
import { Deployment } from './deployment.ts';
import { Dice } from './dice.ts';
import { Disk } from './disk.ts';
import { FaultPlan } from './fault.ts';
import { Invariants } from './invariant.ts';
import { Judge } from './judge.ts';
import { Life } from './life.ts';
import { Network } from './network.ts';
import { SimulatedObject } from './object.ts';
import type { WorldOptions } from './options.ts';
import { Peer, type Question } from './peer.ts';
import { type Cancel, EventQueue, type Owner } from './queue.ts';
import { turn } from './replay.ts';
import { storageFaultMark } from './store.ts';

/** What was found to be wrong. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

/** Where the world's clock begins: 2026-03-01T00:00:00Z. */
const epoch = 1_772_323_200_000;

/** Events after which faults end, and after which the world is taken to go on for ever. */
const eventsOfTrouble = 6_000;
const eventsMax = 60_000;

/** Moment by which everything that was planned is over: 30 years, in ms. */
const farthest = 30 * 365 * 86_400_000;

interface Asked {
  readonly question: Question;
  sent(life: Life, key: string | undefined): void;
}

export class World {
  readonly epoch = epoch;
  readonly options: WorldOptions;
  readonly dice: Dice;
  readonly faults: FaultPlan;
  readonly queue: EventQueue;
  readonly coverage = new Coverage();
  readonly invariants: Invariants;
  readonly peer: Peer;
  readonly network: Network;
  readonly questions = new Map<string, Asked>();
  readonly story: string[] | undefined;
  /** How often the code of an execution has ended its object, by object, serial and place in the program. */
  readonly collapses = new Map<string, number>();
  /** Lives so far. */
  lives = 0;
  violated: Violation | undefined;
  readonly #objects = new Map<string, SimulatedObject>();
  readonly client: Client;
  #mono = 0;
  #offset = epoch;
  /** The latest moment that anybody saw, ms since the epoch. */
  latestWall = 0;
  #events = 0;
  readonly deployment: Deployment;

  /** @param only the faults that may strike; undefined for all that the dice give */
  constructor(options: WorldOptions, only?: ReadonlySet<string>, story?: string[]) {
    this.options = options;
    this.story = story;
    this.dice = new Dice(options.seed);
    this.faults = new FaultPlan(this.dice.fork('faults'), options.rates, only);
    this.queue = new EventQueue(this.dice.fork('queue'));
    this.invariants = new Invariants(this);
    this.peer = new Peer(this);
    this.network = new Network(this, this.peer);
    for (const name of ['sim', 'child']) this.#objects.set(name, new SimulatedObject(name, new Disk(), this));
    this.client = new Client(this);
    this.deployment = new Deployment(this);
  }

  mono(): number {
    return this.#mono;
  }

  /** ms since the epoch, as everybody here sees it. */
  wall(): number {
    const now = this.#mono + this.#offset;
    this.latestWall = Math.max(this.latestWall, now);
    return now;
  }

  after(ms: number, owner: Owner | undefined, run: () => void): Cancel {
    return this.queue.at(this.#mono + ms, owner, run);
  }

  violation(invariant: string, detail: string): void {
    this.tell(() => `VIOLATION: ${invariant}: ${detail}`);
    this.violated ??= { invariant, detail };
  }

  tell(line: () => string): void {
    this.story?.push(`${String(this.#mono).padStart(9)} ms  ${line()}`);
  }

  object(workflow: string): SimulatedObject | undefined {
    return this.#objects.get(workflow);
  }

  /** The object that clients deliver to. */
  get main(): SimulatedObject {
    const object = this.#objects.get('sim');
    if (object === undefined) throw new Error('there is no main object');
    return object;
  }

  locate(id: string): { readonly object: SimulatedObject; readonly serial: number } {
    const parsed = parseExecutionId(id);
    const object = parsed.ok ? this.#objects.get(parsed.value.workflow) : undefined;
    if (!parsed.ok || object === undefined) throw new Error(`there is no object for '${id}'`);
    return { object, serial: parsed.value.serial };
  }

  idOf(object: SimulatedObject, serial: number): { readonly id: string } {
    return { id: formatExecutionId({ workflow: object.name, shard: 0, serial }) };
  }

  born(object: SimulatedObject): Life {
    this.lives += 1;
    this.tell(() => `${object.name}: life ${this.lives} begins`);
    return new Life(object, this);
  }

  ended(object: SimulatedObject): void {
    this.invariants.durable(object);
  }

  wrote(object: SimulatedObject, operations: Parameters<Invariants['wrote']>[1]): void {
    this.invariants.wrote(object, operations);
  }

  durable(object: SimulatedObject): void {
    this.invariants.durable(object);
  }

  settled(object: SimulatedObject): void {
    this.invariants.settled(object);
  }

  get wentBack(): boolean {
    return this.faults.struck.some(({ kind }) => kind === 'clock back');
  }

  reported(object: SimulatedObject, what: string, details: Readonly<Record<string, string | number>>): void {
    this.tell(() => `${object.name}: reports ${what} ${JSON.stringify(details)}`);
    // An anchor was set for soon; where the clock went back, soon is late, and the watchdog comes first.
    if (what.startsWith('defect') && !this.wentBack)
      this.violation('nothing sleeps for ever', `the watchdog found ${JSON.stringify(details)}`);
    const message = String(details['message'] ?? '');
    if (
      (what === 'run-broken' || what === 'alarm-fault' || what === 'launch-fault') &&
      !message.includes(storageFaultMark)
    )
      this.violation('only the storage breaks a run', `${what}: ${message}`);
  }

  /** Lets the world run to its end. */
  async run(): Promise<void> {
    const restore = shrinkLimits(this.options.limits);
    try {
      this.client.begin(this.options.planned);
      for (;;) {
        await turn();
        if (this.violated !== undefined || this.#isOver() || !this.#next()) break;
      }
      if (this.violated === undefined) await this.#judge();
    } finally {
      restore();
      for (const object of this.#objects.values()) if (object.life !== undefined) object.life.dead = true;
      this.coverage.struck(this.faults.struck);
      this.coverage.seeds = 1;
      this.coverage.lives = this.lives;
      this.coverage.events = this.#events;
    }
  }

  /** Makes the next thing happen; false where nothing can. */
  #next(): boolean {
    this.#events += 1;
    if (this.#events === eventsOfTrouble) this.faults.calm();
    if (this.#events > eventsMax || this.#mono > farthest) {
      this.violation(
        'everything ends',
        `not after ${this.#events} events and ${this.#mono} ms: ${this.#openState()}`,
      );
      return false;
    }
    if (this.#disturb()) return true;
    let first: { object: SimulatedObject; wait: number } | undefined;
    for (const object of this.#objects.values()) {
      const wait = object.alarmIn(this.wall());
      if (wait !== undefined && (first === undefined || wait < first.wait)) first = { object, wait };
    }
    const due = this.queue.nextDue(this.#mono);
    if (first !== undefined && (due === undefined || this.#mono + first.wait <= due)) {
      this.#mono += first.wait;
      first.object.ring();
      return true;
    }
    const event = this.queue.take(this.#mono);
    if (event === undefined) {
      this.violation('nothing sleeps for ever', `nothing will ever happen: ${this.#openState()}`);
      return false;
    }
    this.#mono = event.at;
    event.run();
    return true;
  }

  /** What befalls the world between two events; true where something did. */
  #disturb(): boolean {
    const { faults, dice } = this;
    for (const object of this.#objects.values()) {
      if (faults.hits('alarm early', object.name)) return object.ringEarly();
      if (object.life === undefined) continue;
      if (object.isIdle && faults.hits('eviction', object.name)) object.end('eviction');
      else if (faults.hits('crash between turns', object.name)) object.end('crash between turns');
      else if (faults.hits('redeploy', object.name)) {
        object.end(`redeploy of ${this.deployment.change()}`);
      } else continue;
      return true;
    }
    if (faults.hits('clock forward', ''))
      this.#jump(dice.pick('forward', [1_000, 30_000, 7_200_000, 3 * 86_400_000]));
    if (faults.hits('clock back', '')) this.#jump(-dice.pick('back', [500, 8_000, 60_000, 3_600_000]));
    return false;
  }

  #jump(ms: number): void {
    this.#offset += ms;
    this.tell(() => `the clock jumps by ${ms} ms`);
  }

  #isOver(): boolean {
    if (this.client.unanswered > 0 || this.#mono < (this.options.schedule?.forMs ?? 0)) return false;
    for (const { disk } of this.#objects.values())
      for (const { endedAt } of disk.executions.values()) if (endedAt === undefined) return false;
    return [...this.#objects.values()].every(({ disk, isRinging }) => {
      if (disk.hasUnflushed || isRinging) return false;
      // A timer that outlived its execution is cleared when it is due. The clock may have jumped in the last moment, or the storage failed:
      // what is due is yet to be seen to.
      return disk.timers.every(({ serial, due }) => serial === objectSerial && due > this.wall());
    });
  }

  #openState(): string {
    const objects = [...this.#objects.values()].map(({ name, disk, isRinging }) => {
      const open = [...disk.executions.values()]
        .filter(({ status }) => status === 'open')
        .map(({ key }) => key);
      return `${name}: open ${open.join(', ')}; timers ${JSON.stringify(disk.timers)}; alarm ${disk.alarm ?? 'unset'}${isRinging ? ', ringing' : ''}${disk.hasUnflushed ? ', unflushed' : ''}`;
    });
    return `${objects.join('; ')}; ${this.client.unanswered} unanswered`;
  }

  async #judge(): Promise<void> {
    const { planned, rate } = this.options;
    for (const { request } of planned) this.invariants.kept(request.key);
    if (rate !== undefined && !this.wentBack) this.invariants.rate(this.main, rate);
    const objects = [...this.#objects.values()].map((object) => ({
      object,
      ended: this.invariants.ended(object),
    }));
    if (this.options.schedule !== undefined) this.invariants.scheduled(this.options.schedule);
    const judge = new Judge(
      this,
      objects.flatMap(({ ended }) => ended),
    );
    for (const { object, ended } of objects) {
      this.invariants.final(object);
      for (const one of ended) {
        this.invariants.stopped(object, one);
        await judge.judge(object, one);
      }
    }
  }
}

/** Makes bounds of the engine small; gives the function that puts them back. */
function shrinkLimits(limits: Readonly<Record<string, number>>): () => void {
  const bounds = limit as unknown as Record<string, number>;
  const before = Object.fromEntries(Object.keys(limits).map((name) => [name, bounds[name] ?? 0]));
  Object.assign(bounds, limits);
  return () => void Object.assign(bounds, before);
}
