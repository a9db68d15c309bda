// Breaker: when a host is left alone. After failures in a row it opens, for a time that doubles; then one request at a time probes
// whether the host is well again. A host that asks to be left alone is, meanwhile: by all, where it says that it is unavailable (a 503
// with `Retry-After`); by those who share the limit, where that is used up (a 429 with `Retry-After`, or none left in `RateLimit`).
import { limit } from '../../core/limit.ts';
import type { Admission, UpstreamReport } from './upstream.ts';

/** What is known of a host. Times are ms since the epoch; 0 is never. */
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
  /** Until then it wants none of a partition (see partition.ts): its rate limit is used up. */
  readonly pauses: Readonly<Record<string, number>>;
}

/** How long a host wants to be left alone: by all, and by those of one partition; ms. */
export interface Pause {
  readonly hostMs: number;
  readonly partitionMs: number;
}

/** A host of which nothing bad is known. */
export const closedBreaker: BreakerState = {
  failures: 0,
  failedAt: 0,
  openings: 0,
  openUntil: 0,
  probeUntil: 0,
  throttledUntil: 0,
  pauses: {},
};

/** Whether the host has to prove itself before requests flow again. */
export function isHalfOpen({ openUntil }: BreakerState, now: number): boolean {
  return openUntil > 0 && openUntil <= now;
}

/** Whether there is nothing in the state that could matter from `now` on. */
export function isClean({ failures, openUntil, throttledUntil, pauses }: BreakerState, now: number): boolean {
  const ends = [throttledUntil, ...Object.values(pauses)];
  return failures === 0 && openUntil === 0 && ends.every((end) => end <= now);
}

/** Whether a request may be sent at `now`, and the state after that: a half-open breaker lets one through as its probe. */
export function admitTo(
  state: BreakerState,
  now: number,
  partition: string,
): { readonly admission: Admission; readonly state: BreakerState } {
  const deny = (reason: 'open' | 'throttled', until: number) => ({
    admission: { admitted: false as const, reason, retryAfterMs: until - now },
    state,
  });
  const throttledUntil = Math.max(state.throttledUntil, state.pauses[partition] ?? 0);
  if (throttledUntil > now) return deny('throttled', Math.max(throttledUntil, state.openUntil));
  if (state.openUntil > now) return deny('open', state.openUntil);
  if (!isHalfOpen(state, now)) return { admission: { admitted: true }, state };
  // Not before the probe is lost, though its answer may come sooner: then whoever asks again finds the breaker closed.
  if (state.probeUntil > now) return deny('open', Math.min(state.probeUntil, now + limit.breakerPauseMs));
  return { admission: { admitted: true }, state: { ...state, probeUntil: now + limit.breakerProbeMaxMs } };
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

/**
 * For how long a report says that the host wants to be left alone. `Retry-After` is the service's word with a 503, and the caller's own
 * limit with a 429; a 2xx or 3xx may carry it with another meaning: when a result can be expected (RFC 9110 section 10.2.3).
 */
export function pauseOf({ status, retryAfterMs = 0, remaining, resetMs = 0 }: UpstreamReport): Pause {
  const usedUpMs = Math.max(status === 429 ? retryAfterMs : 0, remaining === 0 ? resetMs : 0);
  return {
    hostMs: Math.min(status === 503 ? retryAfterMs : 0, limit.hostPauseMaxMs),
    partitionMs: Math.min(usedUpMs, limit.partitionPauseMaxMs),
  };
}

/** The state after a report of a request of `partition`. */
export function afterReport(
  state: BreakerState,
  now: number,
  health: Health,
  { hostMs, partitionMs }: Pause,
  partition: string,
): BreakerState {
  const throttledUntil = Math.max(state.throttledUntil, hostMs > 0 ? now + hostMs : 0);
  const pauses = partitionMs > 0 ? withPause(state.pauses, now, partition, now + partitionMs) : state.pauses;
  if (health === 'failing') return { ...afterFailure(state, now), throttledUntil, pauses };
  // While it is open, an answer is to a request of before: it says nothing about now.
  if (health === 'unclear' || state.openUntil > now) return { ...state, throttledUntil, pauses };
  return { ...closedBreaker, throttledUntil, pauses };
}

/** What is over is forgotten, and of too many those that end first. */
function withPause(
  pauses: BreakerState['pauses'],
  now: number,
  partition: string,
  until: number,
): BreakerState['pauses'] {
  const longest = Math.max(until, pauses[partition] ?? 0);
  const lasting = Object.entries({ ...pauses, [partition]: longest }).filter(([, end]) => end > now);
  return Object.fromEntries(lasting.toSorted(([, a], [, b]) => b - a).slice(0, limit.partitionsMax));
}

function afterFailure(state: BreakerState, now: number): BreakerState {
  // A request of before it opened: what it says is known.
  if (state.openUntil > now) return state;
  const failures = now - state.failedAt > limit.breakerRowGapMaxMs ? 1 : state.failures + 1;
  const counted = { ...state, failures, failedAt: now };
  if (!isHalfOpen(state, now) && failures < limit.breakerFailuresMax) return counted;
  // The exponent is capped so that a host that is down for a year does not overflow into Infinity.
  const pauseMs = Math.min(limit.breakerPauseMs * 2 ** Math.min(state.openings, 20), limit.breakerPauseMaxMs);
  return { ...counted, openings: state.openings + 1, openUntil: now + pauseMs, probeUntil: 0 };
}
