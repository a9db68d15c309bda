// UpstreamObject: one host that workflows call: its circuit breaker, and until when it wants to be left alone and by whom, shared by all
// of them.
//
// Built on itty-durable: arguments travel as JSON in a header, so they are numbers and ASCII; methods are synchronous, since an await
// inside one would lose the updates of others (itty-durable 2.4.1).
import { createDurable, proxyDurable } from 'itty-durable';
import * as z from 'zod';
import { admitTo, afterReport, type BreakerState, type Health } from '../src/engine/outbound/breaker.ts';
import {
  type Admission,
  type SharedUpstream,
  upstreamGate,
  type UpstreamPort,
} from '../src/engine/outbound/upstream.ts';

const Durable = createDurable();

interface Asked {
  readonly admission: Admission;
  readonly state: BreakerState;
}

/** Named by the host, with its port where that is not the scheme's own. Its members are what is stored. */
export class UpstreamObject extends Durable implements BreakerState {
  failures = 0;
  failedAt = 0;
  openings = 0;
  openUntil = 0;
  probeUntil = 0;
  throttledUntil = 0;
  pauses: BreakerState['pauses'] = {};

  // What is told of a partition comes last and may be missing: in a gradual deployment an object of the version before asks without it.

  /** Whether a request may be sent; a half-open breaker gives its probe to one who asks. `now` in ms since the epoch. */
  ask(now: number, partition = ''): Asked {
    const before = stateOf(this);
    const asked = admitTo(before, now, partition);
    // Who is turned away changes nothing, and costs no write.
    if (asked.state !== before) keep(this, asked.state);
    return asked;
  }

  /** Hears how a request went, and says what is known; times in ms. */
  tell(now: number, health: Health, hostMs: number, partition = '', partitionMs = 0): BreakerState {
    const state = afterReport(stateOf(this), now, health, { hostMs, partitionMs }, partition);
    keep(this, state);
    return state;
  }
}

function stateOf(object: BreakerState): BreakerState {
  const { failures, failedAt, openings, openUntil, probeUntil, throttledUntil, pauses } = object;
  return { failures, failedAt, openings, openUntil, probeUntil, throttledUntil, pauses };
}

function keep(object: UpstreamObject, state: BreakerState): void {
  Object.assign(object, state);
  // Not awaited: the platform holds the answer back until the write is durable.
  void object.persist();
}

const stateSchema = z.object({
  failures: z.number(),
  failedAt: z.number(),
  openings: z.number(),
  openUntil: z.number(),
  probeUntil: z.number(),
  throttledUntil: z.number(),
  // An object of the version before knows of none.
  pauses: z.record(z.string(), z.number()).default({}),
}) satisfies z.ZodType<BreakerState>;

const askedSchema = z.object({
  admission: z.union([
    z.object({ admitted: z.literal(true) }),
    z.object({
      admitted: z.literal(false),
      reason: z.enum(['open', 'throttled']),
      retryAfterMs: z.number(),
    }),
  ]),
  state: stateSchema,
}) satisfies z.ZodType<Asked>;

/** The upstreams as one workflow object sees them, through the binding `UPSTREAM`. */
export function upstreamPort(namespace: unknown): UpstreamPort {
  // itty-durable is untyped: what its proxy has are the methods of the class, and what they give back is parsed below.
  const object = (host: string) =>
    proxyDurable(namespace, { parse: true }).get(host) as Record<
      'ask' | 'tell',
      (...args: readonly (number | string)[]) => Promise<unknown>
    >;
  const shared: SharedUpstream = {
    ask: async ({ host, partition }, now) => askedSchema.parse(await object(host).ask(now, partition)),
    tell: async ({ host, partition }, now, health, { hostMs, partitionMs }) =>
      stateSchema.parse(await object(host).tell(now, health, hostMs, partition, partitionMs)),
  };
  return upstreamGate(shared);
}
