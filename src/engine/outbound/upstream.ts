// Upstream: what is known of a peer's health, shared by all workflows that call it. Each object decides by its own copy of what is
// known, and asks or tells the shared one only where something is wrong: a peer that is well costs no request.
import { limit } from '../../core/limit.ts';
import {
  admitTo,
  afterReport,
  type BreakerState,
  closedBreaker,
  type Health,
  healthOf,
  isClean,
  isHalfOpen,
  type Pause,
  pauseOf,
} from './breaker.ts';
import type { Destination } from './partition.ts';

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
  admit(to: Destination, now: number): Promise<Admission>;
  report(to: Destination, report: UpstreamReport, now: number): Promise<void>;
}

/** The state of all hosts that is shared by all objects. May reject where it can't be reached. */
export interface SharedUpstream {
  /** Takes the probe of a half-open breaker, where it is there to be taken. */
  ask(to: Destination, now: number): Promise<{ readonly admission: Admission; readonly state: BreakerState }>;
  /** Tells how a request went, and learns what is known. */
  tell(to: Destination, now: number, health: Health, pause: Pause): Promise<BreakerState>;
}

/** The port of one object, with a copy of its own. */
export function upstreamGate(shared: SharedUpstream): UpstreamPort {
  const known = new Map<string, BreakerState>();
  const keep = (host: string, state: BreakerState, now: number): void => {
    known.delete(host);
    if (isClean(state, now)) return;
    known.set(host, state);
    const [oldest] = known.keys();
    if (known.size > limit.upstreamHostsMax && oldest !== undefined) known.delete(oldest);
  };
  return {
    admit: async (to, now) => {
      const state = known.get(to.host);
      if (state === undefined) return { admitted: true };
      const own = admitTo(state, now, to.partition);
      // Others may have probed it already, or be at it.
      const asked = isHalfOpen(state, now) && own.admission.admitted ? await ask(shared, to, now) : undefined;
      const decided = asked ?? own;
      keep(to.host, decided.state, now);
      return decided.admission;
    },
    report: async (to, report, now) => {
      const state = known.get(to.host);
      const health = healthOf(report);
      const pause = pauseOf(report);
      const pauseMs = Math.max(pause.hostMs, pause.partitionMs);
      if (state === undefined && health !== 'failing' && pauseMs === 0) return;
      const before = state ?? closedBreaker;
      const own = afterReport(before, now, health, pause, to.partition);
      const wasFailing = before.failures > 0 || before.openUntil > 0;
      const worthTelling =
        health === 'failing' || pauseMs >= limit.pauseWorthTellingMs || (health === 'well' && wasFailing);
      const told = worthTelling ? await tell(shared, to, now, health, pause) : undefined;
      keep(to.host, told ?? own, now);
    },
  };
}

/** Undefined where the shared state can't be reached: a breaker is a courtesy to the host, and one's own copy has to do. */
async function ask(shared: SharedUpstream, to: Destination, now: number) {
  try {
    return await shared.ask(to, now);
  } catch {
    return undefined;
  }
}

async function tell(shared: SharedUpstream, to: Destination, now: number, health: Health, pause: Pause) {
  try {
    return await shared.tell(to, now, health, pause);
  } catch {
    return undefined;
  }
}
