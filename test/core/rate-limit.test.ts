import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideRate,
  formatRateLimit,
  formatRateLimitPolicy,
  type RateLimitPolicy,
  splitRate,
} from '../../src/core/rate-limit.ts';

const start = Date.UTC(2026, 10, 21);

/** The times of those arrivals that the policy allows. */
function allowedOf(policy: RateLimitPolicy, arrivals: readonly number[]): number[] {
  let tat: number | undefined;
  return arrivals.filter((now) => {
    const decision = decideRate(policy, tat, now);
    ({ tat } = decision);
    return decision.allowed;
  });
}

/** The most events in any window of that length, its start included and its end not. */
function densest(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

const policies = fc.record({
  limit: fc.integer({ min: 1, max: 12 }),
  windowSeconds: fc.integer({ min: 1, max: 20 }),
  burst: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
});

/** Arrivals in order: storms, trickles and pauses. */
const arrivalTimes = fc
  .array(fc.oneof(fc.constant(0), fc.nat({ max: 50 }), fc.nat({ max: 5_000 }), fc.nat({ max: 60_000 })), {
    maxLength: 80,
  })
  .map((gaps) => {
    let now = start;
    return gaps.map((gap) => (now += gap));
  });

describe('a rate limit', () => {
  const policy = { limit: 10, windowSeconds: 60 };

  it('lets its burst through at once, and refuses the next', () => {
    const storm = Array.from({ length: 100 }, () => start);
    expect(allowedOf(policy, storm)).toHaveLength(10);
    expect(allowedOf({ ...policy, burst: 3 }, storm)).toHaveLength(3);
    expect(allowedOf({ ...policy, burst: 1 }, storm)).toHaveLength(1);
  });

  it('tells of the first event what is left', () => {
    expect(decideRate(policy, undefined, start)).toEqual({
      allowed: true,
      tat: start + 6_000,
      remaining: 9,
      resetSeconds: 6,
      retryAfterSeconds: 0,
    });
  });

  it('tells of a refused event when to come again, and does not count it', () => {
    const full = start + 60_000;
    expect(decideRate(policy, full, start)).toEqual({
      allowed: false,
      tat: full,
      remaining: 0,
      resetSeconds: 60,
      retryAfterSeconds: 6,
    });
    expect(decideRate(policy, full, start + 5_999)).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    expect(decideRate(policy, full, start + 6_000)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('gives back its burst after a pause, and no more', () => {
    const storm = Array.from({ length: 100 }, () => start);
    const later = Array.from({ length: 100 }, () => start + 3_600_000);
    expect(allowedOf(policy, [...storm, ...later])).toHaveLength(20);
  });

  it('shows a whole reset where the interval is no whole number of ms', () => {
    const thirds = { limit: 3, windowSeconds: 10 };
    const storm = [start, start, start];
    expect(allowedOf(thirds, storm)).toHaveLength(3);
    let tat: number | undefined;
    for (const now of storm) ({ tat } = decideRate(thirds, tat, now));
    expect(decideRate(thirds, tat, start)).toMatchObject({
      allowed: false,
      remaining: 0,
      resetSeconds: 10,
      retryAfterSeconds: 4,
    });
  });

  it('takes a burst beyond the limit as the limit', () => {
    const storm = Array.from({ length: 100 }, () => start);
    expect(allowedOf({ ...policy, burst: 50 }, storm)).toHaveLength(10);
  });

  it('keeps nobody waiting longer than one budget after the clock went back by an hour', () => {
    const decision = decideRate(policy, start + 60_000, start - 3_600_000);
    expect(decision).toMatchObject({ allowed: false, resetSeconds: 60, retryAfterSeconds: 6 });
  });

  it('holds at its bounds: a million in a second, one in a day', () => {
    const fast = { limit: 1_000_000, windowSeconds: 1 };
    expect(decideRate(fast, undefined, start)).toMatchObject({
      allowed: true,
      remaining: 999_999,
      resetSeconds: 0,
    });
    const slow = { limit: 1, windowSeconds: 86_400 };
    const { tat } = decideRate(slow, undefined, start);
    expect(decideRate(slow, tat, start + 86_399_999)).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    expect(decideRate(slow, tat, start + 86_400_000)).toMatchObject({ allowed: true });
  });

  it('never lets more than its burst through at once, nor limit and burst in any window', () => {
    fc.assert(
      fc.property(policies, arrivalTimes, (random, arrivals) => {
        const allowed = allowedOf(random, arrivals);
        const burst = Math.min(random.burst ?? random.limit, random.limit);
        expect(densest(allowed, 1)).toBeLessThanOrEqual(burst);
        expect(densest(allowed, random.windowSeconds * 1_000)).toBeLessThanOrEqual(random.limit + burst);
      }),
    );
  });

  it('lets a steady sender at its rate through for ever', () => {
    fc.assert(
      fc.property(policies, (random) => {
        const interval = Math.ceil((random.windowSeconds * 1_000) / random.limit);
        const arrivals = Array.from({ length: 200 }, (_, index) => start + index * interval);
        expect(allowedOf(random, arrivals)).toHaveLength(200);
      }),
    );
  });

  it('tells whole numbers from 0, and lets through what comes when it said', () => {
    fc.assert(
      fc.property(policies, arrivalTimes, (random, arrivals) => {
        let tat: number | undefined;
        for (const now of arrivals) {
          const decision = decideRate(random, tat, now);
          const { allowed, remaining, resetSeconds, retryAfterSeconds } = decision;
          for (const number of [remaining, resetSeconds, retryAfterSeconds]) {
            expect(number).toSatisfy(Number.isSafeInteger);
            expect(number).toBeGreaterThanOrEqual(0);
          }
          expect(remaining).toBeLessThan(random.limit);
          expect(retryAfterSeconds === 0).toBe(allowed);
          expect(decideRate(random, decision.tat, now + retryAfterSeconds * 1_000).allowed).toBe(
            !allowed || remaining > 0,
          );
          ({ tat } = decision);
        }
      }),
    );
  });
});

describe('a split rate limit', () => {
  it('divides the limit, or keeps its rate by a longer window', () => {
    expect(splitRate({ limit: 100, windowSeconds: 60 }, 4)).toEqual({
      limit: 25,
      windowSeconds: 60,
      burst: 25,
    });
    expect(splitRate({ limit: 10, windowSeconds: 60 }, 4)).toEqual({
      limit: 5,
      windowSeconds: 120,
      burst: 2,
    });
    expect(splitRate({ limit: 7, windowSeconds: 60, burst: 5 }, 4)).toEqual({
      limit: 7,
      windowSeconds: 240,
      burst: 1,
    });
  });

  it('is the limit itself for one shard', () => {
    const policy = { limit: 7, windowSeconds: 60, burst: 3 };
    expect(splitRate(policy, 1)).toBe(policy);
  });

  it('is refused where a shard would have no event to give', () => {
    expect(splitRate({ limit: 4, windowSeconds: 60 }, 4)).toEqual({ limit: 1, windowSeconds: 60, burst: 1 });
    expect(() => splitRate({ limit: 3, windowSeconds: 60 }, 4)).toThrow(
      new RangeError(
        'Cannot split rate limit as its burst must be at least the number of shards, 4: current value is 3',
      ),
    );
    expect(() => splitRate({ limit: 100, windowSeconds: 60, burst: 3 }, 4)).toThrow(RangeError);
  });

  it('allows no more over all shards than the whole where every shard is stormed', () => {
    const policy = { limit: 10, windowSeconds: 60, burst: 6 };
    const storm = Array.from({ length: 1_800 }, (_, index) => start + index * 100);
    const part = splitRate(policy, 4);
    const allowed = Array.from({ length: 4 }, () => allowedOf(part, storm)).flat();
    // Four at once, and then each shard one in every 24 s.
    expect(allowed).toHaveLength(32);
    expect(densest(allowed, 1)).toBe(4);
    expect(densest(allowed, 60_000)).toBeLessThanOrEqual(16);
  });

  it('allows no more over all shards than the whole, however the events are spread', () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 8 }),
        arrivalTimes,
        fc.infiniteStream(fc.nat({ max: 7 })),
        (policy, shards, arrivals, picks) => {
          const burst = Math.min(policy.burst ?? policy.limit, policy.limit);
          fc.pre(burst >= shards);
          const part = splitRate(policy, shards);
          const spread = arrivals.map((now) => ({ now, shard: (picks.next().value ?? 0) % shards }));
          const allowed = Array.from({ length: shards }, (_, shard) =>
            allowedOf(
              part,
              spread.filter((arrival) => arrival.shard === shard).map(({ now }) => now),
            ),
          ).flat();
          expect(densest(allowed, 1)).toBeLessThanOrEqual(burst);
          expect(densest(allowed, policy.windowSeconds * 1_000)).toBeLessThanOrEqual(policy.limit + burst);
        },
      ),
    );
  });
});

describe('the rate-limit headers', () => {
  const limits = [
    { name: 'source:shop', policy: { limit: 100, windowSeconds: 60 }, remaining: 42, resetSeconds: 35 },
    { name: 'workflow', policy: { limit: 5, windowSeconds: 1 }, remaining: 0, resetSeconds: 1 },
  ];

  it('name quota and window, and what is left and until when', () => {
    expect(formatRateLimitPolicy(limits)).toBe('"source:shop";q=100;w=60, "workflow";q=5;w=1');
    expect(formatRateLimit(limits)).toBe('"source:shop";r=42;t=35, "workflow";r=0;t=1');
  });

  it('are empty where there is no limit', () => {
    expect(formatRateLimitPolicy([])).toBe('');
    expect(formatRateLimit([])).toBe('');
  });

  it('escape a name, and never carry what a structured field cannot', () => {
    const name = 'a"b\\c\r\nd é';
    expect(formatRateLimit([{ name, remaining: 1, resetSeconds: 2 }])).toBe(
      String.raw`"a\"b\\c__d _";r=1;t=2`,
    );
  });
});
