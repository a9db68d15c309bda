// Rate state: what an answer's headers say about when to come again.
import { limit } from '../../core/limit.ts';
import { parseRetryAfter } from '../../core/retry.ts';
import type { UpstreamReport } from './upstream.ts';

/** Seconds that are an amount; a larger number is a moment, in seconds since the epoch (GitHub's `X-RateLimit-Reset`). */
const amountSecondsMax = 1_000_000_000;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3), and what is left of a rate limit: `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers-10, the item with the fewest requests left), or the pair `RateLimit-Remaining` and
 * `RateLimit-Reset` of older drafts, with or without `X-`. What can't be read is left out.
 * @param now ms since the epoch
 */
export function readRateState(
  headers: Headers,
  now: number,
): Pick<UpstreamReport, 'retryAfterMs' | 'remaining' | 'resetMs'> {
  const retryAfter = headers.get('retry-after');
  const retryAfterMs = retryAfter === null ? undefined : parseRetryAfter(retryAfter, now);
  return {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(readRateLimit(headers.get('ratelimit')) ?? readPair(headers, now)),
  };
}

/** `"default";r=0;t=30`: r requests are left for t seconds. */
function readRateLimit(header: string | null): { remaining: number; resetMs?: number } | undefined {
  let least: { remaining: number; resetMs?: number } | undefined;
  for (const item of header?.split(',') ?? []) {
    const remaining = /;\s*r=(\d{1,15})(?![\d.])/.exec(item)?.[1];
    const seconds = /;\s*t=(\d{1,15})(?![\d.])/.exec(item)?.[1];
    if (remaining === undefined || Number(remaining) >= (least?.remaining ?? Infinity)) continue;
    least = {
      remaining: Number(remaining),
      ...(seconds === undefined ? {} : { resetMs: clampMs(Number(seconds) * 1_000) }),
    };
  }
  return least;
}

function readPair(headers: Headers, now: number): { remaining?: number; resetMs?: number } {
  const read = (name: string) => {
    const text = headers.get(`ratelimit-${name}`) ?? headers.get(`x-ratelimit-${name}`);
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  };
  const remaining = read('remaining');
  const reset = read('reset');
  if (remaining === undefined || reset === undefined) return {};
  const resetMs = clampMs(reset > amountSecondsMax ? reset * 1_000 - now : reset * 1_000);
  return { remaining, resetMs };
}

function clampMs(ms: number): number {
  return Math.min(Math.max(0, ms), limit.retryAfterMaxMs);
}
