// Life: one life of a simulated object, from its start to its end: the real shard on ports that die with it. After the end nothing
// of it reaches the world: its promises never settle and its writes are refused.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Alarm } from '../../durable-objects/alarm.ts';
import { ConnectionSlots } from '../../durable-objects/connection-slot.ts';
import { Control } from '../../src/engine/control.ts';
import type { ClockPort, Ports } from '../../src/engine/port.ts';
import { Shard } from '../../src/engine/shard.ts';
import { Ended, type SimulatedObject } from './object.ts';
import { secretText } from './program.ts';
import type { Owner } from './queue.ts';
import type { SimulatedStore } from './store.ts';
import type { World } from './world.ts';

/** A promise for code whose life is over: one of its own, or it would keep all that ever awaited it. */
function never(): Promise<never> {
  return new Promise(() => {});
}

export class Life implements Owner {
  dead = false;
  pending = 0;
  /** Told where the life ends before it has answered them. */
  readonly callers = new Set<() => void>();
  /** How many lives there were before it, and one. */
  readonly number: number;
  readonly object: SimulatedObject;
  readonly shard: Shard;
  readonly control: Control;
  readonly #world: World;
  readonly #alarm: Alarm;
  #begun = false;

  constructor(object: SimulatedObject, world: World) {
    this.object = object;
    this.#world = world;
    this.number = world.lives;
    // The alarm asks the storage for these two methods only.
    const storage = world.options.mutation.alarmStorage(this, this.#alarmStorage());
    this.#alarm = new Alarm(storage as DurableObjectStorage);
    const ports = world.options.mutation.ports(this.#ports(), this);
    this.shard = new Shard({ workflow: object.name, shard: 0 }, world.deployment.versions(this), ports);
    this.control = new Control(this.shard);
  }

  /** What the constructor of the object does: reads the alarm and takes up what is open. */
  begin(): void {
    // Loaded at once: the platform holds everything else back until the constructor is done.
    void this.#alarm.load();
    this.#world.after(0, this, () => {
      this.#begun = true;
      try {
        this.shard.open();
      } catch (error) {
        // A constructor that throws takes its object along; the next request makes another.
        if (!this.dead) this.object.end(`could not begin: ${String(error)}`);
      }
    });
  }

  /** Runs once the constructor is done. */
  ready(work: () => void): void {
    if (this.#begun) work();
    else this.#world.after(1, this, () => this.ready(work));
  }

  /** @param failures how often this alarm has not come to an end */
  ring(failures: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready(() => {
      this.#alarm.rang();
      this.shard.ring(failures).then(resolve, reject);
    });
    return promise;
  }

  #alive(): void {
    if (this.dead) throw new Ended('this life is over');
  }

  #alarmStorage(): Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'> {
    return {
      getAlarm: async () => this.object.disk.alarm ?? null,
      setAlarm: async (at) => {
        if (this.dead) return;
        if (typeof at !== 'number' || !Number.isInteger(at))
          this.#world.violation('integers', `the alarm was set to ${String(at)}`);
        this.store.setAlarm(Number(at));
      },
    };
  }

  #store: SimulatedStore | undefined;

  get store(): SimulatedStore {
    const world = this.#world;
    this.#store ??= new world.options.mutation.Store(this.object.disk, {
      alive: () => this.#alive(),
      fails: (kind, method) =>
        world.faults.hits(`storage error on ${kind}`, `${this.object.name}: ${method}`),
      committing: (operations) => this.object.committing(this, operations),
      committed: (operations) => this.object.committed(this, operations),
      // Even where nothing waits to be written, the answer takes a turn.
      whenDurable: (then) => {
        world.queue.turn(this, () => this.object.whenDurable(then));
      },
      defect: (what) => world.violation('sound writes', what),
    });
    return this.#store;
  }

  #clock(): ClockPort {
    const world = this.#world;
    const dice = world.dice.fork(`life ${world.lives}`);
    const turn = (): Promise<void> => {
      if (this.dead) return never();
      return new Promise((resolve) => {
        world.queue.turn(this, resolve);
      });
    };
    return {
      now: () => world.wall(),
      random: () => dice.roll('random'),
      randomBytes: (length) => Uint8Array.from({ length }, () => dice.between('bytes', 0, 255)),
      uuid: () => {
        const digits = Array.from({ length: 32 }, () => dice.between('uuid', 0, 15).toString(16)).join('');
        return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
      },
      turn,
      letIn: turn,
      after: (ms, signal) => this.pause(ms, signal),
    };
  }

  /** Resolves after so many ms, or when the signal aborts; never, where the life ends before. */
  pause(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.dead) return never();
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = () => {
        cancel();
        if (!this.dead) resolve();
      };
      const cancel = this.#world.after(ms, this, () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      });
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  #ports(): Ports {
    const world = this.#world;
    const clock = this.#clock();
    const scope = new AsyncLocalStorage<string>();
    const slots = new ConnectionSlots();
    return {
      store: this.store,
      alarm: this.#alarm,
      clock,
      scope: { run: (step, work) => scope.run(step, work), current: () => scope.getStore() },
      outbound: {
        fetch: (request) => world.network.fetch(this, request),
        now: clock.now,
        after: clock.after,
        slot: (signal, host) => slots.take(signal, host),
        secret: (name) => (name === 'PEER_TOKEN' ? secretText : undefined),
        allowedPrivateHosts: [],
      },
      peers: world.network.peers(this),
      approvals: {
        link: async ({ execution, step, expiresAt }) => {
          const token = `${execution} ${step} ${expiresAt}`;
          return { url: `https://box.example/v1/approvals/${encodeURIComponent(token)}`, token };
        },
      },
      signCallback: async (_secret, id, timestamp) => ({
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': 'v1,simulated',
      }),
      redact: (text) => text.replaceAll(secretText, '[secret]'),
      report: (what, details) => {
        if (!this.dead) world.reported(this.object, what, details);
      },
    };
  }
}
