// Network: what lies between the objects, their peer and each other: requests that take time, wait for what they were said upon to
// be durable, and lose their answers when one side dies.
import type { PeerPort } from '../../src/engine/port.ts';
import type { Life } from './life.ts';
import type { SimulatedObject } from './object.ts';
import type { Answer, Peer, Question } from './peer.ts';
import type { World } from './world.ts';

/** Where executions tell of their end. */
export const callbackUrl = 'https://peer.example/ended';

/** Path of the effect that is a callback. */
export const told = '!told';

/** What a caller of an object learns where no answer came. */
export class Disconnected extends Error {
  override name = 'Disconnected';
}

export class Network {
  readonly #world: World;
  readonly #peer: Peer;

  constructor(world: World, peer: Peer) {
    this.#world = world;
    this.#peer = peer;
  }

  /** Asks the peer from within a life. */
  ask(life: Life, question: Question, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    if (life.dead) return promise;
    life.pending += 1;
    life.object.whenDurable(() => {
      life.pending -= 1;
      this.#peer.send(life, question, signal).then(
        (answer) => life.dead || resolve(answer),
        (error: unknown) => life.dead || reject(error),
      );
    });
    return promise;
  }

  /** The same as HTTP: the question is in the request's address. */
  async fetch(life: Life, request: Request): Promise<Response> {
    // As the platform's: what was called off before it began is not begun.
    request.signal.throwIfAborted();
    if (request.url === callbackUrl) return this.#tell(life, request);
    const { searchParams } = new URL(request.url);
    const asked = this.#world.questions.get(searchParams.get('question') ?? '');
    if (asked === undefined) throw new Error(`nobody knows what ${request.url} asks`);
    const key = request.headers.get('idempotency-key')?.replaceAll('"', '');
    if (request.headers.has('x-secret') && request.headers.get('x-secret')?.includes('not-a-secret') !== true)
      this.#world.violation('secrets reach the peer', 'the secret was not put into the header');
    asked.sent(life, key);
    const { status, body, retryAfter } = await this.ask(
      life,
      { ...asked.question, idempotencyKey: key },
      request.signal,
    );
    const headers = {
      'content-type': 'application/json',
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    };
    return new Response(JSON.stringify(body), { status, headers });
  }

  /** A callback tells of an execution's end. */
  async #tell(life: Life, request: Request): Promise<Response> {
    const id = request.headers.get('webhook-id') ?? '';
    const question: Question = {
      asker: `${id} ${told}`,
      idempotencyKey: id,
      payload: await request.text(),
      status: 204,
      body: null,
      before: [],
      slack: 8,
    };
    const { status } = await this.ask(life, question, request.signal);
    return new Response(null, { status });
  }

  /**
   * Calls an object, as a client or another object does. Rejects where the object dies meanwhile, where it can't begin, or where
   * the answer is lost.
   * @param from the life that calls, where it is one
   */
  call<T>(object: SimulatedObject, from: Life | undefined, work: (life: Life) => Promise<T> | T): Promise<T> {
    const world = this.#world;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let over = false;
    if (from !== undefined) from.pending += 1;
    const answer = (settle: () => void) => {
      if (over) return;
      over = true;
      if (from !== undefined) from.pending -= 1;
      world.after(world.dice.between('wire', 0, 6), from, settle);
    };
    const lost = () => answer(() => reject(new Disconnected('connection lost')));
    world.after(world.dice.between('wire', 0, 6), from, () => {
      const life = object.reach();
      if (life === undefined) {
        lost();
        return;
      }
      life.pending += 1;
      life.callers.add(lost);
      const leave = (settle: () => void) => {
        if (life.dead) return;
        object.whenDurable(() => {
          life.pending -= 1;
          life.callers.delete(lost);
          if (world.faults.hits('answer lost', object.name)) lost();
          else answer(settle);
        }, world.options.mutation.leaky);
      };
      life.ready(() => {
        // What the object's methods throw reaches the caller as an error, too.
        Promise.resolve()
          .then(() => (life.dead ? new Promise<never>(() => {}) : work(life)))
          .then(
            (value) => leave(() => resolve(value)),
            // What crosses from one object to another is told as the platform tells it: without what went wrong inside.
            (error: unknown) =>
              leave(() => reject(from === undefined ? error : new Disconnected('the other object failed'))),
          );
      });
    });
    return promise;
  }

  /** Other executions, as a life reaches them. */
  peers(life: Life): PeerPort {
    const world = this.#world;
    const reach = <T>(id: string, work: (other: Life, serial: number) => Promise<T> | T): Promise<T> => {
      const { object, serial } = world.locate(id);
      return this.#gated(life, () => this.call(object, life, (other) => work(other, serial)));
    };
    return {
      start: async ({ workflow, key, data, parent, traceparent }) => {
        const object = world.object(workflow);
        if (object === undefined) return { ok: false, error: `Cannot invoke '${workflow}'` };
        const event = { id: key, type: 'dev.signalbox.execution.invoked', source: parent.id, time: '' };
        const accepted = await this.#gated(life, () =>
          this.call(object, life, (other) =>
            other.shard.accept({
              workflow,
              shard: 0,
              key,
              data,
              parent,
              event,
              ...(traceparent === undefined ? {} : { traceparent }),
            }),
          ),
        );
        if (!accepted.ok) throw new Error(accepted.error.kind);
        return { ok: true, value: accepted.value.id };
      },
      outcome: (id) => reach(id, (other, serial) => other.control.outcome(serial)),
      // One shard, and always has been.
      cancel: async (id, compensate) => {
        await reach(id, (other, serial) => other.control.change({ to: 'cancelled', compensate }, serial));
      },
      hurry: (id, step) => reach(id, (other, serial) => other.control.hurry(step, serial)),
      find: async () => undefined,
      emit: async ({ data, ...event }, key) => {
        const object = world.object('child');
        if (object === undefined) return [];
        const accepted = await this.#gated(life, () =>
          this.call(object, life, (other) =>
            other.shard.accept({ workflow: 'child', shard: 0, key, data, event: { ...event, id: key } }),
          ),
        );
        if (!accepted.ok) throw new Error(accepted.error.kind);
        return [accepted.value.id];
      },
    };
  }

  #gated<T>(life: Life, work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (life.dead) return promise;
    life.pending += 1;
    life.object.whenDurable(() => {
      life.pending -= 1;
      work().then(
        (value) => life.dead || resolve(value),
        (error: unknown) => life.dead || reject(error),
      );
    });
    return promise;
  }
}
