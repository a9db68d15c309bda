// Rate limit: how many events may come in how long. GCRA (ITU-T I.371, the "virtual scheduling" form of a leaky bucket): all
// that must be kept is one moment, and no window has an edge at which twice the limit could pass.

/** So many events in so long, spread evenly, of which a burst may come at once. */
export interface RateLimitPolicy {
  /** Events per window, from 1. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Events that may come at once after a pause, from 1; default and most: `limit`. */
  readonly burst?: number | undefined;
}

/** What became of one event, and where the limit stands after it. Seconds are whole, rounded up. */
export interface RateDecision {
  readonly allowed: boolean;
  /**
   * Theoretical arrival time, ms since the epoch (with a fraction): when the budget is whole again. To be kept and handed in for
   * the next event; not changed by an event that was refused.
   */
  readonly tat: number;
  /** Events that may still come now. */
  readonly remaining: number;
  /** Until the budget is whole again. */
  readonly resetSeconds: number;
  /** Until the next event may come: 0 where this one was allowed, at least 1 where it was refused. */
  readonly retryAfterSeconds: number;
}

/**
 * Interval between events in ms, rounded up to a multiple of 2^-11: sums of it and a time until the year 2109 are exact, so
 * no rounding ever lets one event more through. 10 000 events a second lose 0.1 % by it.
 */
function intervalMs({ limit, windowSeconds }: RateLimitPolicy): number {
  return Math.ceil((windowSeconds * 1_000 * 2_048) / limit) / 2_048;
}

function burstOf({ limit, burst = limit }: RateLimitPolicy): number {
  return Math.min(burst, limit);
}

/**
 * Decides one event: never more than `burst` at once, nor more than `limit` + `burst` in any window.
 * @param tat what the last decision returned; undefined for the first event
 * @param now ms since the epoch. Where the clock went back, at most one whole budget must be waited for.
 */
export function decideRate(policy: RateLimitPolicy, tat: number | undefined, now: number): RateDecision {
  const interval = intervalMs(policy);
  const budgetMs = burstOf(policy) * interval;
  const before = Math.min(Math.max(tat ?? now, now), now + budgetMs);
  const wait = before + interval - budgetMs - now;
  const allowed = wait <= 0;
  const after = allowed ? before + interval : before;
  return {
    allowed,
    tat: after,
    remaining: Math.floor((budgetMs - (after - now)) / interval),
    // Less than 1 ms of it is the rounding of the interval: it makes no second.
    resetSeconds: Math.ceil(Math.floor(after - now) / 1_000),
    retryAfterSeconds: allowed ? 0 : Math.ceil(wait / 1_000),
  };
}

/**
 * One shard's part of a policy: the parts together allow no more than the whole, in rate and in burst.
 * @param shards how many objects share the limit, from 1
 * @throws {RangeError} where the burst is smaller than the number of shards: a shard then has no event to give, and one that
 *   gave one all the same would multiply the limit. It is a wrong declaration: to be checked at start.
 */
export function splitRate(policy: RateLimitPolicy, shards: number): RateLimitPolicy {
  if (shards === 1) return policy;
  const { limit, windowSeconds } = policy;
  const burst = Math.floor(burstOf(policy) / shards);
  if (burst < 1) {
    throw new RangeError(
      `Cannot split rate limit as its burst must be at least the number of shards, ${shards}: current value is ${burstOf(policy)}`,
    );
  }
  // A limit that does not divide keeps its exact rate by a longer window: 10 in 60 s over 4 shards is 5 in 120 s each.
  const divisor = greatestCommonDivisor(limit, shards);
  const part = limit / divisor;
  return { limit: part, windowSeconds: windowSeconds * (shards / divisor), burst: Math.min(burst, part) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** A limit with its name, as the headers show it. */
export interface ShownRateLimit {
  readonly name: string;
  readonly policy: RateLimitPolicy;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * The value of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10, a List of RFC 9651): `"name";q=100;w=60`.
 * Empty where there is no limit: the field is then left out.
 */
export function formatRateLimitPolicy(limits: readonly Pick<ShownRateLimit, 'name' | 'policy'>[]): string {
  return limits
    .map(({ name, policy }) => `${quote(name)};q=${policy.limit};w=${policy.windowSeconds}`)
    .join(', ');
}

/** The value of `RateLimit` (the same draft): `"name";r=42;t=30`. Empty where there is no limit. */
export function formatRateLimit(limits: readonly Omit<ShownRateLimit, 'policy'>[]): string {
  return limits
    .map(({ name, remaining, resetSeconds }) => `${quote(name)};r=${remaining};t=${resetSeconds}`)
    .join(', ');
}

/** A String of RFC 9651, section 4.1.6; what it can't hold is shown as an underscore. */
function quote(name: string): string {
  return `"${name.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
