// Client: whoever delivers events and asks how they fare. It never takes silence for an answer: what was not acknowledged is sent
// again, under the same key, until it is.
import type { AcceptRequest, AcceptResult } from '../../src/core/acceptance.ts';
import type { StatusAnswer } from '../../src/core/execution.ts';
import type { Life } from './life.ts';
import { decisionOf } from './model.ts';
import { act, type Fate } from './operator.ts';
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
  /** What is done to its execution from outside. */
  readonly fates: readonly Fate[];
}

export class Client {
  readonly #world: World;
  readonly #ids = new Map<string, string>();
  /** Deliveries and orders that are still to be acknowledged. */
  unanswered = 0;
  #events = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Does all that is planned, in its time. */
  begin(planned: readonly Planned[]): void {
    if (this.#world.options.schedule !== undefined) {
      this.unanswered += 1;
      this.later(this.#world.dice.between('ensure', 0, 3_000), async () => {
        await this.call((life) => life.shard.calendar.ensure());
        this.unanswered -= 1;
      });
    }
    for (const plan of planned) {
      for (const at of [plan.at, ...plan.copies]) {
        this.unanswered += 1;
        this.#world.after(at, undefined, () => void this.#deliver(plan, at));
      }
    }
  }

  async #deliver(plan: Planned, at: number): Promise<void> {
    const { request } = plan;
    const result = await this.call((life) => life.shard.accept(request));
    if (!result.ok && result.error.kind === 'rate-limited') {
      this.later(result.error.retryAfterSeconds * 1000, () => this.#deliver(plan, at));
      return;
    }
    this.unanswered -= 1;
    if (!result.ok) {
      this.#world.violation('what is genuine is accepted', `${request.key}: ${JSON.stringify(result.error)}`);
      return;
    }
    this.#world.tell(() => `client: ${request.key} is accepted as ${result.value.id}`);
    this.#world.invariants.acknowledged(this.#world.main, request.key, result.value);
    const isFirst = !this.#ids.has(request.key);
    this.#ids.set(request.key, result.value.id);
    if (!isFirst) return;
    const { dice } = this.#world;
    for (let asked = 0; asked < plan.questions; asked += 1)
      this.later(dice.pick('question', [3, 400, 20_000, 600_000]), () => this.#ask(result.value.id));
    if (request.fingerprint !== undefined && dice.chance('another body', 0.2))
      this.later(dice.between('another body', 0, 30_000), () => this.#conflict(request));
    for (const fate of plan.fates) {
      this.unanswered += 1;
      this.later(fate.after, async () => {
        await act(this, this.#world, plan, result.value.id, fate);
        this.unanswered -= 1;
      });
    }
    this.attend(plan, result.value.id);
  }

  /** The same key with another body: never a second execution. */
  async #conflict(request: AcceptRequest): Promise<void> {
    const other = { ...request, fingerprint: 'another' };
    const result = await this.call<AcceptResult>((life) => life.shard.accept(other));
    this.#world.invariants.conflicted(request.key, result);
  }

  async #ask(id: string): Promise<void> {
    const { serial } = this.#world.locate(id);
    const waitSeconds = this.#world.dice.pick('wait', [0, 0, 5, 30]);
    const askedAt = this.#world.mono();
    const answer = await this.call<StatusAnswer | undefined>((life) =>
      life.shard.status({ id, waitSeconds }, serial),
    );
    if (answer !== undefined) this.#world.invariants.showed(id, answer.body, askedAt);
  }

  /** Sends an execution the events that it may wait for, now and then, until it has ended. */
  attend({ waitsFor }: Planned, id: string): void {
    if (waitsFor.length > 0)
      this.later(this.#world.dice.pick('event', [0, 50, 5_000]), () => this.#send(waitsFor, id, 0));
  }

  async #send(types: readonly string[], id: string, round: number): Promise<void> {
    const { serial } = this.#world.locate(id);
    for (const type of types) {
      this.#events += 1;
      const event = { eventId: `event-${this.#events}`, type, data: JSON.stringify({ type }) };
      const result = await this.call((life) => life.control.send(event, serial));
      if (!result.ok) return;
    }
    this.later(1_000 * 8 ** Math.min(round, 7), () => this.#send(types, id, round + 1));
  }

  /** Somebody was handed the link of an approval. */
  wasAsked(token: string, path: string): void {
    this.later(this.#world.dice.pick('decide', [0, 300, 60_000]), () => this.#decide(token, path, 100));
  }

  async #decide(token: string, path: string, pause: number): Promise<void> {
    const [id = '', step = '', expires = ''] = token.split(' ');
    const { serial } = this.#world.locate(id);
    const decision = decisionOf(path);
    const request = { step: Number(step), expiresAt: Number(expires), decision };
    const result = await this.call((life) => life.control.decide(request, serial));
    // Whoever is faster than the journal tries again.
    if (!result.ok && result.error.kind === 'conflict' && result.error.detail.includes('has not asked'))
      this.later(pause, () => this.#decide(token, path, pause * 3));
  }

  /** Calls the object until it answers. */
  async call<T>(work: (life: Life) => Promise<T> | T): Promise<T> {
    for (;;) {
      try {
        return await this.#world.network.call(this.#world.main, undefined, work);
      } catch (error) {
        this.#world.tell(() => `client: no answer, ${String(error)}`);
        await this.wait(this.#world.dice.between('again', 200, 4_000));
      }
    }
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.later(ms, resolve);
    });
  }

  later(ms: number, work: () => void | Promise<void>): void {
    this.#world.after(ms, undefined, () => void work());
  }
}
