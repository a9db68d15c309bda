// Retry: whether a failed attempt gets another, and when.
import { limit } from './limit.ts';

/** How failed attempts of one step are repeated. Times are whole milliseconds. */
export interface RetryPolicy {
  /** Retries after the first attempt; Infinity is taken, and ends at `limit.attemptsMax` attempts. */
  readonly limit: number;
  /** Wait before the first retry. */
  readonly delayMs: number;
  /** How the wait grows with each failed attempt: not at all, by `delayMs`, or twofold. */
  readonly backoff: 'constant' | 'linear' | 'exponential';
  /** The longest wait that the backoff grows to. */
  readonly maxDelayMs: number;
  /** `full` draws each wait anew, so that executions that failed together do not come back together. */
  readonly jitter: 'full' | 'none';
  /** No retry begins later than this after the first attempt began; absent: no bound. */
  readonly maxElapsedMs?: number | undefined;
}

/** At most six attempts within about half a minute. Workflows has 5 retries too, from 10 s on, without jitter or cap. */
export const defaultRetryPolicy: RetryPolicy = {
  limit: 5,
  delayMs: 1_000,
  backoff: 'exponential',
  maxDelayMs: 300_000,
  jitter: 'full',
};

/**
 * Lower end of full jitter, in ms. Without it a draw near 0 sends a retry after its failure at once: a peer that just
 * said it is overloaded would see a share of all retries within the same moment. Waits under 200 ms are drawn from half of it.
 */
const jitterFloorMs = 100;

/** Part of a peer's `Retry-After` over which the retries are spread: all who were told one moment would come back in it. */
const retryAfterSpread = 0.1;

/**
 * How long to wait after a failed attempt, in whole ms; 0 only where the policy's delay or cap is 0.
 * @param attempt the attempt that just failed, from 1
 * @param random a number in [0, 1)
 * @param retryAfterMs what the peer asked for: never undercut, also beyond `maxDelayMs`, up to a day (`limit.retryAfterMaxMs`)
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  random: number,
  retryAfterMs?: number,
): number {
  const jitter = policy.jitter === 'full';
  const boundMs = Math.min(policy.delayMs * growth[policy.backoff](attempt), policy.maxDelayMs);
  const floorMs = jitter ? Math.min(jitterFloorMs, boundMs / 2) : boundMs;
  const drawnMs = Math.ceil(floorMs + random * (boundMs - floorMs));
  if (retryAfterMs === undefined || retryAfterMs <= 0) return drawnMs;
  const askedMs = retryAfterMs * (jitter ? 1 + random * retryAfterSpread : 1);
  return Math.max(drawnMs, Math.ceil(Math.min(askedMs, limit.retryAfterMaxMs)));
}

/** By how much the first delay is multiplied after so many failed attempts. */
const growth: Readonly<Record<RetryPolicy['backoff'], (attempt: number) => number>> = {
  constant: () => 1,
  linear: (attempt) => attempt,
  // Bounded, as 0 ms × Infinity would be no number; 2^53 ms is past every cap.
  exponential: (attempt) => 2 ** Math.min(attempt - 1, 53),
};

/** What {@link decideRetry} is told of the attempts so far. Times are ms since the epoch. */
export interface FailedAttempt {
  /** The attempt that just failed, from 1. */
  readonly attempt: number;
  readonly firstStartedAt: number;
  readonly now: number;
  /** A number in [0, 1). */
  readonly random: number;
  readonly retryAfterMs?: number | undefined;
}

/** When the next attempt is due (ms since the epoch), or which bound of the policy is used up. */
export type RetryDecision = { readonly retryAt: number } | { readonly exhausted: 'limit' | 'elapsed' };

/** Decides what follows a failed attempt whose error can be retried. */
export function decideRetry(policy: RetryPolicy, failed: FailedAttempt): RetryDecision {
  const { attempt, firstStartedAt, now, random, retryAfterMs } = failed;
  if (attempt > policy.limit || attempt >= limit.attemptsMax) return { exhausted: 'limit' };
  const retryAt = now + retryDelayMs(policy, attempt, random, retryAfterMs);
  if (policy.maxElapsedMs !== undefined && retryAt - firstStartedAt > policy.maxElapsedMs) {
    return { exhausted: 'elapsed' };
  }
  return { retryAt };
}

/**
 * Whether a peer's status says that trying again can help: 408, 425, 429 and every 5xx, as Standard Webhooks has it.
 * 501 and 505 are among them: gateways answer them in passing, the retries are bounded, and a final failure can't be undone.
 */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599);
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The three forms of a date that a recipient must take (RFC 9110 section 5.6.7). */
const datePatterns = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];
const fiftyYearsMs = 50 * 365.25 * 86_400_000;

/**
 * Reads a `Retry-After` header (RFC 9110 section 10.2.3): digits of seconds, or an HTTP date.
 * @param now ms since the epoch
 * @returns ms from now, 0 to a day (a later moment is a day, a past one 0); undefined where it is neither
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : untilDate(value, now);
  return ms === undefined ? undefined : Math.min(Math.max(0, ms), limit.retryAfterMaxMs);
}

function untilDate(value: string, now: number): number | undefined {
  const parts = datePatterns
    .map((pattern) => pattern.exec(value)?.groups)
    .find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const { day = '', month = '', year = '', time = '' } = parts;
  const twoDigits = year.length === 2;
  const midnight = midnightOf(Number(year) + (twoDigits ? 2_000 : 0), monthNames.indexOf(month), Number(day));
  const [hours = NaN, minutes = NaN, seconds = NaN] = time.split(':').map(Number);
  // 60 is a leap second.
  if (midnight === undefined || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const wait = midnight + ((hours * 60 + minutes) * 60 + seconds) * 1_000 - now;
  // Two digits that seem more than 50 years ahead are of the past century (RFC 9110 section 5.6.7).
  return twoDigits && wait > fiftyYearsMs ? 0 : wait;
}

/** Midnight UTC in ms since the epoch; undefined where there is no such day. `month` counts from 0. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  // oxlint-disable-next-line no-restricted-globals -- arithmetic of the calendar: no clock is read
  const midnight = new Date(Date.UTC(year, month, day));
  return month >= 0 && midnight.getUTCDate() === day ? midnight.getTime() : undefined;
}
