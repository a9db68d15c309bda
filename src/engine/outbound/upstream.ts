// Upstream: what is known of a peer's health, shared by all workflows that call it. Each object decides by its own copy of what is
// known, and asks or tells the shared one only where something is wrong: a peer that is well costs no request.
import {
  admitTo,
  afterReport,
  type BreakerState,
  closedBreaker,
  type Health,
  healthOf,
  isClean,
  isHalfOpen,
  pauseOf,
} from './breaker.ts';

/** Whether a request may be sent now. */
export type Admission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      /** `open`: it kept failing. `throttled`: it asked to be left alone. */
      readonly reason: 'open' | 'throttled';
      /** When to ask again, ms from now. */
      readonly retryAfterMs: number;
    };

/** How a request to an upstream went. */
export interface UpstreamReport {
  /** What it answered; absent where it didn't. */
  readonly status?: number;
  /** How it failed to answer. */
  readonly failure?: 'timeout' | 'network';
  /** From `Retry-After`, ms. */
  readonly retryAfterMs?: number;
  /** Requests that its rate limit leaves. */
  readonly remaining?: number;
  /** When that rate limit starts anew, ms from now. */
  readonly resetMs?: number;
}

/** Asked before and told after each request; `now` in ms since the epoch. Never rejects: where nothing can be learnt, a request may go. */
export interface UpstreamPort {
  /** @param host host with its port where that is not the scheme's own */
  admit(host: string, now: number): Promise<Admission>;
  report(host: string, report: UpstreamReport, now: number): Promise<void>;
}

/** The state of all hosts that is shared by all objects. May reject where it can't be reached. */
export interface SharedUpstream {
  /** Takes the probe of a half-open breaker, where it is there to be taken. */
  ask(host: string, now: number): Promise<{ readonly admission: Admission; readonly state: BreakerState }>;
  /** Tells how a request went, and learns what is known. */
  tell(host: string, now: number, health: Health, pauseMs: number): Promise<BreakerState>;
}

/** Hosts that an object remembers: those that are not well. Past it the oldest is forgotten, which costs one failure to learn again. */
const hostsMax = 1_000;

/** A shorter pause is over before others have heard of it. */
const pauseWorthTellingMs = 1_000;

/** The port of one object, with a copy of its own. */
export function upstreamGate(shared: SharedUpstream): UpstreamPort {
  const known = new Map<string, BreakerState>();
  const keep = (host: string, state: BreakerState, now: number): void => {
    known.delete(host);
    if (isClean(state, now)) return;
    known.set(host, state);
    const [oldest] = known.keys();
    if (known.size > hostsMax && oldest !== undefined) known.delete(oldest);
  };
  return {
    admit: async (host, now) => {
      const state = known.get(host);
      if (state === undefined) return { admitted: true };
      const own = admitTo(state, now);
      // Others may have probed it already, or be at it.
      const asked =
        isHalfOpen(state, now) && own.admission.admitted ? await ask(shared, host, now) : undefined;
      const decided = asked ?? own;
      keep(host, decided.state, now);
      return decided.admission;
    },
    report: async (host, report, now) => {
      const state = known.get(host);
      const health = healthOf(report);
      const pauseMs = pauseOf(report);
      if (state === undefined && health !== 'failing' && pauseMs === 0) return;
      const before = state ?? closedBreaker;
      const own = afterReport(before, now, health, pauseMs);
      const wasFailing = before.failures > 0 || before.openUntil > 0;
      const worthTelling =
        health === 'failing' || pauseMs >= pauseWorthTellingMs || (health === 'well' && wasFailing);
      const told = worthTelling ? await tell(shared, host, now, health, pauseMs) : undefined;
      keep(host, told ?? own, now);
    },
  };
}

/** Undefined where the shared state can't be reached: a breaker is a courtesy to the host, and one's own copy has to do. */
async function ask(shared: SharedUpstream, host: string, now: number) {
  try {
    return await shared.ask(host, now);
  } catch {
    return undefined;
  }
}

async function tell(shared: SharedUpstream, host: string, now: number, health: Health, pauseMs: number) {
  try {
    return await shared.tell(host, now, health, pauseMs);
  } catch {
    return undefined;
  }
}
