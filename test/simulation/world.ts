// World: one seeded run of the real engine among simulated disks, clocks, alarms and peers: objects, a client, faults, and the loop
// that makes one thing happen after the other.
import { z } from 'zod';
import { parseExecutionId, formatExecutionId } from '../../src/core/id.ts';
import { limit } from '../../src/core/limit.ts';
import type { RateLimitPolicy } from '../../src/core/rate-limit.ts';
import { defineWorkflow } from '../../src/engine/define.ts';
import { type ExecutionRecord, objectSerial } from '../../src/engine/port.ts';
import type { WorkflowVersions } from '../../src/engine/identity.ts';
import { Client, type Planned } from './client.ts';
import { Coverage } from './coverage.ts';
import { Dice, hash } from './dice.ts';
import { Disk } from './disk.ts';
import { EngineStepper, handle } from './engine-stepper.ts';
import { FaultPlan, type FaultRates } from './fault.ts';
import { interpret } from './interpreter.ts';
import { askerOf, Invariants } from './invariant.ts';
import { Life } from './life.ts';
import type { Mutation } from './mutation.ts';
import { Judge } from './judge.ts';
import { childSeed } from './model.ts';
import { callbackUrl, Network } from './network.ts';
import { SimulatedObject } from './object.ts';
import { Peer, type Question } from './peer.ts';
import {
  firstHourCron,
  isSequential,
  type Node,
  scheduled,
  scheduledProgram,
  scheduleName,
} from './program.ts';
import { type Cancel, EventQueue, type Owner } from './queue.ts';
import { turn } from './replay.ts';
import { storageFaultMark } from './store.ts';

/** What was found to be wrong. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

/** How a world is set up; made from its seed. */
export interface WorldOptions {
  readonly seed: number;
  readonly mutation: Mutation;
  /** Whether each commit is durable at once, or all of a turn together a little later, as on the platform. */
  readonly flush: 'commit' | 'turn';
  readonly rates: FaultRates;
  /** Programs by version, and those of the child workflow; then by number. */
  readonly programs: Readonly<Record<'v1' | 'v2' | 'child', readonly Node[]>>;
  readonly planned: readonly Planned[];
  readonly rate: RateLimitPolicy | undefined;
  /** How long an execution may take, ms. */
  readonly deadlineMs: number | undefined;
  /** Whether the workflow has a handler of failures. */
  readonly handler: boolean;
  /** Whether the end of each execution is told to the peer. */
  readonly callback: boolean;
  /** A schedule of the workflow, and how long the world goes on for it, ms. Every minute is of the world's first hour only. */
  readonly schedule:
    | { readonly everyMs: number; readonly misfire: 'skip' | 'once' | 'all'; readonly forMs: number }
    | undefined;
  /** Bounds of the engine that are made small, so that few executions reach them. */
  readonly limits: Readonly<Record<string, number>>;
}

const input = z.object({ program: z.number() });

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
  #deployed: 'v1' | 'v2' = 'v1';

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

  /** What this deployment has of the workflow. */
  versions(life: Life): WorkflowVersions {
    const v1 = this.#define('v1', life);
    const v2 = this.#define('v2', life);
    return {
      current: this.#deployed === 'v1' ? v1 : v2,
      byVersion: new Map([
        ['v1', v1],
        ['v2', v2],
      ]),
    };
  }

  #define(version: 'v1' | 'v2', life: Life) {
    const { rate, deadlineMs, handler, callback, schedule } = this.options;
    const { name } = life.object;
    const isChild = name === 'child';
    const running = (instanceId: string) => {
      const { serial, object } = this.locate(instanceId);
      return { life, serial, asker: this.askerOf(object, serial) };
    };
    return defineWorkflow(
      {
        name,
        version,
        input,
        secrets: ['PEER_TOKEN'],
        ...(schedule === undefined || isChild
          ? {}
          : {
              triggers: [
                {
                  kind: 'schedule',
                  name: scheduleName,
                  ...(schedule.everyMs === 60_000 ? { cron: firstHourCron } : { every: schedule.everyMs }),
                  misfire: schedule.misfire,
                  input: { program: scheduledProgram },
                },
              ],
            }),
        limits: {
          ...(rate === undefined || isChild ? {} : { rate }),
          ...(deadlineMs === undefined || isChild ? {} : { deadline: deadlineMs }),
        },
        ...(handler && !isChild
          ? { onFailure: (event, _error, step) => handle(step, life, event.instanceId, this) }
          : {}),
        ...(callback && !isChild ? { callback: { url: callbackUrl, secret: 'CALLBACK_SECRET' } } : {}),
      },
      async ({ data, id, instanceId }, step) => {
        const now = running(instanceId);
        const program = this.program(name, version, data.program);
        return interpret(program, this.seedOf(name, id, data.program), new EngineStepper(step, now, this));
      },
    );
  }

  /** The program of an execution. */
  program(workflow: string, version: string, number: number): Node {
    const { programs } = this.options;
    if (number === scheduledProgram) return scheduled;
    const program = (workflow === 'child' ? programs.child : version === 'v2' ? programs.v2 : programs.v1)[
      number
    ];
    if (program === undefined) throw new Error(`there is no program ${number}`);
    return program;
  }

  /** Whether an execution's program is {@link isSequential}. */
  isSequential(object: SimulatedObject, { version, data }: ExecutionRecord): boolean {
    const { program } = JSON.parse(data) as { program: number };
    return isSequential(this.program(object.name, version, program));
  }

  /** What an execution's code has seen before its first step. */
  seedOf(workflow: string, event: string, program: number): number {
    return workflow === 'child' ? childSeed(program) : hash(event);
  }

  /** Under which name an execution does what it does: its event's, where it is no redrive that is to do it all again. */
  askerOf(object: SimulatedObject, serial: number): string {
    const record = object.disk.executions.get(serial);
    return record === undefined ? '' : askerOf(record);
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
    if ((what === 'run-broken' || what === 'alarm-fault') && !message.includes(storageFaultMark))
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
        this.#deployed = this.#deployed === 'v1' ? 'v2' : 'v1';
        object.end(`redeploy of ${this.#deployed}`);
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
      // A timer that outlived its execution is cleared when it is due.
      return disk.timers.every(({ serial }) => serial === objectSerial);
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
