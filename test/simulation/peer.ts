// Peer: the service that executions call, with a log of its own of what it did, kept by idempotency key. It outlives every crash of
// the objects, answers late, wrongly, or not at all, and never does a thing twice under one key.
import type { Dice } from './dice.ts';
import type { FaultKind, FaultPlan } from './fault.ts';
import type { EventQueue, Owner } from './queue.ts';

/** What a step asks of the peer. */
export interface Question {
  /** Who asks: the idempotency key of its execution's event, and the step's path: the same for every attempt. */
  readonly asker: string;
  /** Undefined where the question changes nothing. */
  readonly idempotencyKey: string | undefined;
  /** What is sent: for one key always the same. */
  readonly payload: string;
  /** The answer in the end. */
  readonly status: number;
  readonly body: unknown;
  /** Answers of 500, or (of a poll) answers that are not final, before it. */
  readonly before: readonly { readonly status: number; readonly body: unknown }[];
  /** How many attempts may fail by the peer's or the network's fault. */
  readonly slack: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | undefined;
}

export interface Effect {
  readonly asker: string;
  readonly payload: string;
  /** Requests that came under its key. */
  requests: number;
}

/** What the peer needs of the world. */
export interface PeerHost {
  readonly queue: EventQueue;
  readonly faults: FaultPlan;
  readonly dice: Dice;
  mono(): number;
  violation(invariant: string, detail: string): void;
  tell(line: () => string): void;
}

export class Peer {
  /** What was done, by idempotency key. */
  readonly effects = new Map<string, Effect>();
  /** The key under which each asker asks. */
  readonly #keys = new Map<string, string>();
  readonly #asked = new Map<string, number>();
  readonly #spent = new Map<string, number>();
  /** Askers that may ask otherwise than before: a redrive of code that runs steps at once may call them in another order. */
  readonly #forgiven = new Set<string>();
  readonly #host: PeerHost;

  constructor(host: PeerHost) {
    this.#host = host;
  }

  /**
   * Sends a question. Rejects where the connection breaks, or with the signal's reason; stays open where nobody answers.
   * @param owner whoever waits for the answer: it is lost with them, the question is not
   */
  send(owner: Owner, question: Question, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { queue } = this.#host;
    if (signal.aborted) {
      reject(signal.reason);
      return promise;
    }
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    owner.pending += 1;
    const settle = (work: () => void) => {
      owner.pending -= 1;
      queue.at(this.#host.mono() + this.#latency(), owner, work);
    };
    const broken = () => settle(() => reject(new TypeError('Network connection lost.')));
    if (this.#fault('request lost', question)) {
      broken();
      return promise;
    }
    queue.at(this.#host.mono() + this.#latency(), undefined, () => {
      const answer = this.#arrive(question);
      if (answer === 'reset') broken();
      else if (answer === 'hang') owner.pending -= 1;
      else if (this.#fault('slow answer', question))
        queue.at(this.#host.mono() + this.#host.dice.between('slow', 500, 9_000), undefined, () =>
          settle(() => resolve(answer)),
        );
      else settle(() => resolve(answer));
    });
    return promise;
  }

  forgive(asker: string): void {
    this.#forgiven.add(asker);
  }

  #latency(): number {
    return this.#host.dice.between('latency', 0, 40);
  }

  /** Whether the world makes an attempt of this asker fail; what it can't bear is left out. */
  #fault(kind: FaultKind, { asker, slack }: Question): boolean {
    const spent = this.#spent.get(asker) ?? 0;
    // Asked first, so that the dice roll alike whatever the slack.
    if (!this.#host.faults.hits(kind, asker, spent < slack)) return false;
    this.#spent.set(asker, spent + 1);
    this.#host.tell(() => `peer: ${kind} for ${asker}`);
    return true;
  }

  #arrive(question: Question): Answer | 'reset' | 'hang' {
    const { dice } = this.#host;
    if (this.#fault('reset before effect', question)) return 'reset';
    if (this.#fault('refused 503', question)) return refusal(503, dice.pick('retry after', ['0', '3', '40']));
    if (this.#fault('refused 429', question)) return refusal(429, dice.pick('retry after', ['1', '12']));
    if (this.#fault('hang', question)) return 'hang';
    const answer = this.#answer(question);
    return this.#fault('reset after effect', question) ? 'reset' : answer;
  }

  #answer(question: Question): Answer {
    const { asker, before } = question;
    const asked = this.#asked.get(asker) ?? 0;
    this.#asked.set(asker, asked + 1);
    const early = before[asked];
    if (early !== undefined) return { ...early, retryAfter: undefined };
    if (question.idempotencyKey !== undefined && question.status < 400)
      this.#effect(question, question.idempotencyKey);
    return { status: question.status, body: question.body, retryAfter: undefined };
  }

  #effect({ asker, payload }: Question, key: string): void {
    const host = this.#host;
    const isForgiven = this.#forgiven.has(asker.split(' ')[0] ?? '');
    const other = this.#keys.get(asker);
    if (other !== undefined && other !== key && !isForgiven)
      host.violation('one key a step', `${asker} asked under '${other}', then under '${key}'`);
    this.#keys.set(asker, key);
    const done = this.effects.get(key);
    if (done === undefined) {
      this.effects.set(key, { asker, payload, requests: 1 });
      host.tell(() => `peer: does ${asker} under ${key}`);
      return;
    }
    done.requests += 1;
    host.tell(() => `peer: has done ${asker} under ${key}`);
    if (isForgiven) return;
    if (done.asker !== asker)
      host.violation('one step a key', `'${key}' came from ${done.asker}, then from ${asker}`);
    if (done.payload !== payload)
      host.violation('one payload a key', `${asker} sent '${done.payload}', then '${payload}'`);
  }
}

function refusal(status: number, retryAfter: string): Answer {
  return { status, body: { refused: true }, retryAfter };
}
