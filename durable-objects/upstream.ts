// UpstreamObject: one host that workflows call: its circuit breaker, shared by all of them. Built on itty-durable, whose arguments
// travel as JSON in a header: small numbers only, synchronous methods (docs/adr, and itty-durable 2.4.1's source).
import { createDurable, proxyDurable } from 'itty-durable';
import { afterFailure, type BreakerState, closed } from '../src/engine/outbound/breaker.ts';
import type { UpstreamPort } from '../src/engine/outbound/upstream.ts';

const Durable = createDurable();

export class UpstreamObject extends Durable implements BreakerState {
  failures = 0;
  openUntil = 0;

  /** A request failed; times in ms. Gives what is known of the host now. */
  fail(now: number, retryAfterMs: number): BreakerState {
    Object.assign(this, afterFailure(this, now, retryAfterMs));
    void this.persist();
    const { failures, openUntil } = this;
    return { failures, openUntil };
  }

  /** A request succeeded after failures. */
  mend(): BreakerState {
    Object.assign(this, closed);
    void this.persist();
    return closed;
  }
}

type UpstreamStub = {
  fail(now: number, retryAfterMs: number): Promise<BreakerState>;
  mend(): Promise<BreakerState>;
};

/**
 * The breakers as one workflow object sees them. A host that answers costs no request to its object: the object is told of
 * failures, and of the first success after one, and what it answers is kept here.
 * @param namespace the UPSTREAM binding
 */
export function upstreamPort(namespace: unknown): UpstreamPort {
  const known = new Map<string, BreakerState>();
  // itty-durable is untyped: what its proxy has are the methods above.
  const stub = (host: string): UpstreamStub =>
    proxyDurable(namespace, { parse: true }).get(host) as UpstreamStub;
  return {
    admit: async (host, now) => {
      const { openUntil } = known.get(host) ?? closed;
      return openUntil > now ? { admitted: false, retryAfterMs: openUntil - now } : { admitted: true };
    },
    report: async (host, { status, retryAfterMs }, now) => {
      const failed = status === undefined || status === 429 || status >= 500;
      const before = known.get(host);
      if (!failed && before === undefined) return;
      try {
        if (failed) known.set(host, await stub(host).fail(now, retryAfterMs ?? 0));
        else if (await stub(host).mend()) known.delete(host);
      } catch {
        // The breaker is a courtesy to the host: where its object can't be reached, this object's own knowledge has to do.
        if (failed) known.set(host, afterFailure(before ?? closed, now, retryAfterMs ?? 0));
        else known.delete(host);
      }
    },
  };
}
