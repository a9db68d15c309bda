// The vendor: sends signed orders at a steady rate over several connections, whatever becomes of the service. What got no 2xx is sent
// again until it does, and a share is sent twice, at once or later, as vendors do. It keeps account of every answer.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Delivery, deliveredSchema, isUnreachable } from '../local/client.ts';
import { makeOrderDelivery } from '../local/shopify.ts';
import type { Random } from './random.ts';

/** Shopify waits for an answer this long, in ms ("Webhooks: HTTPS delivery", shopify.dev, 2026). */
const answerMs = 5_000;
/** Wait before an unanswered delivery is sent again, in ms; drawn anew each time, and doubled up to `againMaxMs`. */
const againMs = 200;
const againMaxMs = 2_000;
/** Of all events, the share that is sent over two connections at once. */
const twinShare = 0.05;
/** Of all acknowledgements, the share after which the delivery is sent once more, within `copyMaxMs`. */
const copyShare = 0.1;
const copyMaxMs = 4_000;
/** How long what is left is sent on after the last event was due, in ms: what got no 2xx by then never will. */
const drainMs = 60_000;
/** How often an idle connection looks for something to send, in ms. */
const idleMs = 10;

/** A 2xx. */
export interface Ack {
  /** ms since the epoch. */
  readonly sentAt: number;
  readonly at: number;
  /** The execution that its `Location` names; absent where it names none. */
  readonly executionId: string | undefined;
  /** Whether it said that the event was known; absent where the connection broke before the body was read. */
  readonly duplicate: boolean | undefined;
}

/** An event, with what the vendor knows about it. */
export interface Order {
  readonly eventId: string;
  /** What the workflow calls it in the CRM. */
  readonly externalId: string;
  readonly delivery: Delivery;
  /** Times that it was sent. */
  sends: number;
  readonly acks: Ack[];
}

export interface VendorOptions {
  /** The shop's secret. */
  readonly secret: string;
  /** Events a second, and for how long. */
  readonly rate: number;
  readonly seconds: number;
  readonly connections: number;
  readonly random: Random;
  /** Where the service listens now. */
  readonly url: () => string;
}

interface Job {
  readonly order: Order;
  /** ms since the epoch. */
  readonly dueAt: number;
  /** Times that it got no 2xx. */
  readonly failures: number;
}

const orderSchema = z.object({ admin_graphql_api_id: z.string() });

export class Vendor {
  readonly orders: Order[] = [];
  /** How many deliveries were answered with each status; `none`: the connection was refused or broke, or nothing came in time. */
  readonly answers = new Map<number | 'none', number>();
  readonly #options: VendorOptions;
  readonly #jobs: Job[] = [];
  #under = 0;
  #gate: PromiseWithResolvers<void> | undefined;
  #idle: PromiseWithResolvers<void> | undefined;
  #sent: PromiseWithResolvers<void> | undefined;

  constructor(options: VendorOptions) {
    this.#options = options;
  }

  /** Sends everything; resolves once each event has its 2xx and each copy was sent, or a minute after the last was due. */
  async sell(): Promise<void> {
    const { secret, rate, seconds, connections, random } = this.#options;
    const begin = Date.now();
    for (let number = 0; number < rate * seconds; number += 1) {
      const order = makeOrder(secret, number);
      const job = { order, dueAt: begin + (number * 1_000) / rate, failures: 0 };
      this.orders.push(order);
      this.#jobs.push(job);
      if (random.isOneOf(twinShare)) this.#jobs.push(job);
    }
    const end = begin + seconds * 1_000 + drainMs;
    await Promise.all(Array.from({ length: connections }, () => this.#work(end)));
  }

  /** Sends nothing from now on; resolves once nothing is under way. */
  async hold(): Promise<void> {
    this.#gate ??= Promise.withResolvers();
    if (this.#under === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  /** Resolves when the next delivery is sent. */
  async nextSend(): Promise<void> {
    this.#sent ??= Promise.withResolvers();
    await this.#sent.promise;
  }

  async #work(end: number): Promise<void> {
    while (Date.now() < end && (this.#jobs.length > 0 || this.#under > 0)) {
      while (this.#gate !== undefined) await this.#gate.promise;
      const job = this.#take();
      if (job === undefined) {
        await sleep(idleMs);
        continue;
      }
      this.#under += 1;
      try {
        await this.#send(job);
      } finally {
        this.#under -= 1;
        if (this.#under === 0) {
          this.#idle?.resolve();
          this.#idle = undefined;
        }
      }
    }
  }

  /** The job that has been due the longest. */
  #take(): Job | undefined {
    const now = Date.now();
    const [first] = this.#jobs.filter(({ dueAt }) => dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
    if (first !== undefined) this.#jobs.splice(this.#jobs.indexOf(first), 1);
    return first;
  }

  async #send({ order, failures }: Job): Promise<void> {
    const { random, url } = this.#options;
    const sentAt = Date.now();
    order.sends += 1;
    this.#sent?.resolve();
    this.#sent = undefined;
    const response = await post(`${url()}/v1/hooks/shopify-orders`, order.delivery);
    const status = response?.status ?? 'none';
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (response?.ok !== true) {
      await response?.body?.cancel();
      const waitMs = Math.min(againMs * 2 ** failures, againMaxMs) * (0.5 + random.next());
      this.#jobs.push({ order, dueAt: Date.now() + waitMs, failures: failures + 1 });
      return;
    }
    // The status line is the acknowledgement: from here on the vendor may forget the event, whatever becomes of the body.
    const at = Date.now();
    const executionId = response.headers.get('Location')?.replace('/v1/executions/', '');
    order.acks.push({ sentAt, at, executionId, duplicate: await readDuplicate(response) });
    if (random.isOneOf(copyShare)) {
      this.#jobs.push({ order, dueAt: at + random.between(0, copyMaxMs), failures: 0 });
    }
  }
}

function makeOrder(secret: string, number: number): Order {
  const delivery = makeOrderDelivery(secret, number);
  const { admin_graphql_api_id: gid } = orderSchema.parse(JSON.parse(delivery.body));
  return {
    eventId: delivery.headers['X-Shopify-Event-Id'] ?? '',
    externalId: `shopify-${gid.slice(gid.lastIndexOf('/') + 1)}`,
    delivery,
    sends: 0,
    acks: [],
  };
}

/** Undefined where there is no answer. */
async function post(url: string, delivery: Delivery): Promise<Response | undefined> {
  try {
    return await fetch(url, { method: 'POST', ...delivery, signal: AbortSignal.timeout(answerMs) });
  } catch (error) {
    if (isUnreachable(error) || isTimeout(error)) return undefined;
    throw error;
  }
}

async function readDuplicate(response: Response): Promise<boolean | undefined> {
  let text: string;
  try {
    text = await response.text();
  } catch {
    return undefined;
  }
  return deliveredSchema.parse(JSON.parse(text)).duplicate ?? false;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
