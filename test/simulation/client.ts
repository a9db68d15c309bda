// Client: whoever delivers events and asks how they fare. It never takes silence for an answer: what was not acknowledged is sent
// again, under the same key, until it is.
import type { AcceptRequest, AcceptResult } from '../../src/core/acceptance.ts';
import type { StatusAnswer } from '../../src/core/execution.ts';
import type { SimulatedObject } from './object.ts';
import type { World } from './world.ts';

/** An event that a client is to deliver. */
export interface Planned {
  readonly request: AcceptRequest;
  /** When, ms of monotonic time. */
  readonly at: number;
  /** Further deliveries of the same event, ms of monotonic time. */
  readonly copies: readonly number[];
  /** Types of events that its execution may wait for. */
  readonly waitsFor: readonly string[];
  readonly questions: number;
}

export class Client {
  readonly #world: World;
  readonly #object: SimulatedObject;
  readonly #ids = new Map<string, string>();
  readonly #final = new Set<string>();
  /** Deliveries that are still to be acknowledged. */
  unanswered = 0;
  #events = 0;

  constructor(object: SimulatedObject, world: World) {
    this.#object = object;
    this.#world = world;
  }

  /** Does all that is planned, in its time. */
  begin(planned: readonly Planned[]): void {
    for (const plan of planned) {
      for (const at of [plan.at, ...plan.copies]) {
        this.unanswered += 1;
        this.#world.after(at, undefined, () => void this.#deliver(plan, at));
      }
    }
  }

  async #deliver(plan: Planned, at: number): Promise<void> {
    const { request } = plan;
    const result = await this.#attempt(() =>
      this.#world.network.call(this.#object, undefined, (life) => life.shard.accept(request)),
    );
    if (!result.ok && result.error.kind === 'rate-limited') {
      this.#later(result.error.retryAfterSeconds * 1000, () => this.#deliver(plan, at));
      return;
    }
    this.unanswered -= 1;
    if (!result.ok) {
      this.#world.violation('what is genuine is accepted', `${request.key}: ${JSON.stringify(result.error)}`);
      return;
    }
    this.#world.tell(() => `client: ${request.key} is accepted as ${result.value.id}`);
    this.#world.invariants.acknowledged(this.#object, request.key, result.value);
    const isFirst = !this.#ids.has(request.key);
    this.#ids.set(request.key, result.value.id);
    if (!isFirst) return;
    const { dice } = this.#world;
    for (let asked = 0; asked < plan.questions; asked += 1)
      this.#later(dice.pick('question', [3, 400, 20_000, 600_000]), () => this.#ask(result.value.id));
    if (request.fingerprint !== undefined && dice.chance('another body', 0.2))
      this.#later(dice.between('another body', 0, 30_000), () => this.#conflict(request));
    if (plan.waitsFor.length > 0) this.#later(dice.pick('event', [0, 50, 5_000]), () => this.#send(plan, 0));
  }

  /** The same key with another body: never a second execution. */
  async #conflict(request: AcceptRequest): Promise<void> {
    const other = { ...request, fingerprint: 'another' };
    const result: AcceptResult = await this.#attempt(() =>
      this.#world.network.call(this.#object, undefined, (life) => life.shard.accept(other)),
    );
    this.#world.invariants.conflicted(request.key, result);
  }

  async #ask(id: string): Promise<void> {
    const { serial } = this.#world.locate(id);
    const waitSeconds = this.#world.dice.pick('wait', [0, 0, 5, 30]);
    const askedAt = this.#world.mono();
    const answer = await this.#attempt<StatusAnswer | undefined>(() =>
      this.#world.network.call(this.#object, undefined, (life) =>
        life.shard.status({ id, waitSeconds }, serial),
      ),
    );
    if (answer !== undefined) this.#world.invariants.showed(id, answer.body, askedAt);
  }

  /** Sends the events that the execution may wait for, now and then, until it has ended. */
  async #send(plan: Planned, round: number): Promise<void> {
    const id = this.#ids.get(plan.request.key);
    if (id === undefined || this.#final.has(id)) return;
    const { serial } = this.#world.locate(id);
    for (const type of plan.waitsFor) {
      this.#events += 1;
      const event = { eventId: `event-${this.#events}`, type, data: JSON.stringify({ type }) };
      const result = await this.#attempt(() =>
        this.#world.network.call(this.#object, undefined, (life) => life.control.send(event, serial)),
      );
      if (result.ok) continue;
      this.#final.add(id);
      return;
    }
    this.#later(1_000 * 8 ** Math.min(round, 7), () => this.#send(plan, round + 1));
  }

  /** Repeats a call until it is answered. */
  async #attempt<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        this.#world.tell(() => `client: no answer, ${String(error)}`);
        await new Promise<void>((resolve) => {
          this.#later(this.#world.dice.between('again', 200, 4_000), () => resolve());
        });
      }
    }
  }

  #later(ms: number, work: () => void | Promise<void>): void {
    this.#world.after(ms, undefined, () => void work());
  }
}
