// Breaker: when a host is left alone. It opens after failures in a row, for a time that doubles; after it the next request is the
// probe: if that fails too, it opens again at once. A host that asks to be left alone (`Retry-After`) is.
import { limit } from '../../core/limit.ts';

/** What is known of a host. */
export interface BreakerState {
  /** Failures in a row, over all workflows. */
  readonly failures: number;
  /** No request is sent before, ms since the epoch; 0: the breaker is closed. */
  readonly openUntil: number;
}

export const closed: BreakerState = { failures: 0, openUntil: 0 };

/** A failure: the host did not answer, or answered 429 or 5xx; `retryAfterMs` is 0 where it asked for nothing. */
export function afterFailure(
  { failures, openUntil }: BreakerState,
  now: number,
  retryAfterMs: number,
): BreakerState {
  const count = failures + 1;
  const beyond = count - limit.breakerFailuresMax;
  const pauseMs =
    beyond < 0 ? 0 : Math.min(limit.breakerPauseMs * 2 ** Math.min(beyond, 20), limit.breakerPauseMaxMs);
  const asked = Math.min(retryAfterMs, limit.retryAfterMaxMs);
  return {
    failures: count,
    openUntil: Math.max(openUntil, pauseMs === 0 && asked === 0 ? 0 : now + Math.max(pauseMs, asked)),
  };
}
