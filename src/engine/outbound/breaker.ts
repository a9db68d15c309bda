// Breaker: when a host is left alone. After failures in a row it opens, for a time that doubles; then one request at a time probes
// whether the host is well again. A host that asks to be left alone (`Retry-After`, a used up rate limit) is, meanwhile.
import { limit } from '../../core/limit.ts';
import type { Admission, UpstreamReport } from './upstream.ts';

/** What is known of a host: numbers only, so that it fits into a header. Times are ms since the epoch; 0 is never. */
export interface BreakerState {
  /** Failures in a row, of all who told. */
  readonly failures: number;
  /** When the last of them was. */
  readonly failedAt: number;
  /** How often it has opened since it was last closed. */
  readonly openings: number;
  /** No request but a probe is sent before it is closed; no probe before this. 0: closed. */
  readonly openUntil: number;
  /** Until then a probe is under way. */
  readonly probeUntil: number;
  /** Until then the host wants no requests. */
  readonly throttledUntil: number;
}

/** A host of which nothing bad is known. */
export const closedBreaker: BreakerState = {
  failures: 0,
  failedAt: 0,
  openings: 0,
  openUntil: 0,
  probeUntil: 0,
  throttledUntil: 0,
};

/** Failures that lie further apart are no row: a quiet host would be condemned for what happened an hour ago. */
const rowGapMaxMs = 60_000;

/** A probe of which nothing is heard for so long is lost, and another is let through: its object was evicted. */
const probeMaxMs = limit.requestTimeoutMs;

/**
 * The longest that one answer can make all workflows leave a host alone. The step that was told waits for as long as it was told
 * (`limit.retryAfterMaxMs`); the others are not stopped for a day by one endpoint's wrong header.
 */
const throttleMaxMs = 3_600_000;

/** Whether the host has to prove itself before requests flow again. */
export function isHalfOpen({ openUntil }: BreakerState, now: number): boolean {
  return openUntil > 0 && openUntil <= now;
}

/** Whether there is nothing in the state that could matter from `now` on. */
export function isClean({ failures, openUntil, throttledUntil }: BreakerState, now: number): boolean {
  return failures === 0 && openUntil === 0 && throttledUntil <= now;
}

/** Whether a request may be sent at `now`, and the state after that: a half-open breaker lets one through as its probe. */
export function admitTo(
  state: BreakerState,
  now: number,
): { readonly admission: Admission; readonly state: BreakerState } {
  const deny = (reason: 'open' | 'throttled', until: number) => ({
    admission: { admitted: false as const, reason, retryAfterMs: until - now },
    state,
  });
  if (state.throttledUntil > now) return deny('throttled', Math.max(state.throttledUntil, state.openUntil));
  if (state.openUntil > now) return deny('open', state.openUntil);
  if (!isHalfOpen(state, now)) return { admission: { admitted: true }, state };
  // Not before the probe is lost, though its answer may come sooner: then whoever asks again finds the breaker closed.
  if (state.probeUntil > now) return deny('open', Math.min(state.probeUntil, now + limit.breakerPauseMs));
  return { admission: { admitted: true }, state: { ...state, probeUntil: now + probeMaxMs } };
}

/** What a report says of a host's health. */
export type Health = 'well' | 'failing' | 'unclear';

/**
 * Judges a report. No answer, or a 5xx, is the host's failure. So is no other: a 429 says that it is well and has had enough, and
 * says nothing of whether it would do its work; a 408 or a 4xx is about the request.
 */
export function healthOf({ status, failure }: UpstreamReport): Health {
  if (failure !== undefined || (status !== undefined && status >= 500)) return 'failing';
  return status === undefined || status === 429 ? 'unclear' : 'well';
}

/** For how long a report says that the host wants no requests, ms; 0 where it says nothing of the kind. */
export function pauseOf({ status, retryAfterMs = 0, remaining, resetMs = 0 }: UpstreamReport): number {
  // A 2xx or 3xx may carry Retry-After too, with another meaning: when a result can be expected (RFC 9110 section 10.2.3).
  const asked = status === 429 || status === 503 ? retryAfterMs : 0;
  return Math.min(Math.max(asked, remaining === 0 ? resetMs : 0), throttleMaxMs);
}

/** The state after a report. */
export function afterReport(state: BreakerState, now: number, health: Health, pauseMs: number): BreakerState {
  const throttledUntil = Math.max(state.throttledUntil, pauseMs > 0 ? now + pauseMs : 0);
  if (health === 'failing') return { ...afterFailure(state, now), throttledUntil };
  // While it is open, an answer is to a request of before: it says nothing about now.
  if (health === 'unclear' || state.openUntil > now) return { ...state, throttledUntil };
  return { ...closedBreaker, throttledUntil };
}

function afterFailure(state: BreakerState, now: number): BreakerState {
  // A request of before it opened: what it says is known.
  if (state.openUntil > now) return state;
  const failures = now - state.failedAt > rowGapMaxMs ? 1 : state.failures + 1;
  const counted = { ...state, failures, failedAt: now };
  if (!isHalfOpen(state, now) && failures < limit.breakerFailuresMax) return counted;
  // The exponent is capped so that a host that is down for a year does not overflow into Infinity.
  const pauseMs = Math.min(limit.breakerPauseMs * 2 ** Math.min(state.openings, 20), limit.breakerPauseMaxMs);
  return { ...counted, openings: state.openings + 1, openUntil: now + pauseMs, probeUntil: 0 };
}
