import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import {
  decideRetry,
  defaultRetryPolicy,
  isRetryableStatus,
  parseRetryAfter,
  retryDelayMs,
  type RetryPolicy,
} from '../../src/core/retry.ts';

const plain: RetryPolicy = { ...defaultRetryPolicy, jitter: 'none' };
const day = 86_400_000;
/** The largest number that a source of randomness in [0, 1) gives. */
const nearOne = 1 - 2 ** -53;

const policies = fc.record({
  limit: fc.nat({ max: 2_000 }),
  delayMs: fc.nat({ max: limit.sleepMaxMs }),
  backoff: fc.constantFrom('constant' as const, 'linear' as const, 'exponential' as const),
  maxDelayMs: fc.nat({ max: limit.sleepMaxMs }),
  jitter: fc.constantFrom('full' as const, 'none' as const),
});
const randoms = fc.double({ min: 0, max: nearOne, noNaN: true });

describe('the delay before a retry', () => {
  it.each([
    ['constant', [1_000, 1_000, 1_000, 1_000]],
    ['linear', [1_000, 2_000, 3_000, 4_000]],
    ['exponential', [1_000, 2_000, 4_000, 8_000]],
  ] as const)('grows as %s says', (backoff, delays) => {
    const policy = { ...plain, backoff };
    expect([1, 2, 3, 4].map((attempt) => retryDelayMs(policy, attempt, 0.5))).toEqual(delays);
  });

  it('stops growing at the cap, also where the power overflows', () => {
    expect(retryDelayMs(plain, 9, 0)).toBe(256_000);
    expect(retryDelayMs(plain, 10, 0)).toBe(300_000);
    expect(retryDelayMs(plain, 100_000, 0)).toBe(300_000);
    expect(retryDelayMs({ ...plain, delayMs: 0 }, 100_000, 0)).toBe(0);
  });

  it('is drawn between its floor and its bound under full jitter', () => {
    expect(retryDelayMs(defaultRetryPolicy, 4, 0)).toBe(100);
    expect(retryDelayMs(defaultRetryPolicy, 4, 0.5)).toBe(4_050);
    expect(retryDelayMs(defaultRetryPolicy, 4, nearOne)).toBe(8_000);
  });

  it('has a floor of half its bound where that is under 200 ms', () => {
    const quick = { ...defaultRetryPolicy, delayMs: 10 };
    expect(retryDelayMs(quick, 1, 0)).toBe(5);
    expect(retryDelayMs({ ...quick, delayMs: 1 }, 1, 0)).toBe(1);
    expect(retryDelayMs({ ...quick, delayMs: 0 }, 1, 0.9)).toBe(0);
  });

  it('is not shorter than Retry-After, also beyond the cap', () => {
    expect(retryDelayMs(plain, 1, 0, 60_000)).toBe(60_000);
    expect(retryDelayMs(plain, 1, 0, 600_000)).toBe(600_000);
    expect(retryDelayMs(plain, 4, 0, 500)).toBe(8_000);
    expect(retryDelayMs(plain, 1, 0, 0)).toBe(1_000);
  });

  it('spreads Retry-After over a tenth beyond it under full jitter', () => {
    expect(retryDelayMs(defaultRetryPolicy, 1, 0, 60_000)).toBe(60_000);
    expect(retryDelayMs(defaultRetryPolicy, 1, 0.5, 60_000)).toBe(63_000);
    expect(retryDelayMs(defaultRetryPolicy, 1, nearOne, 60_000)).toBe(66_000);
  });

  it('takes a Retry-After of more than a day as a day', () => {
    expect(retryDelayMs(plain, 1, 0, day)).toBe(day);
    expect(retryDelayMs(plain, 1, 0, day + 1)).toBe(day);
    expect(retryDelayMs(defaultRetryPolicy, 1, nearOne, Infinity)).toBe(day);
  });

  it('is whole, above 0 where a delay was asked for, and within the cap or what the peer asked for', () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 1_000 }),
        randoms,
        fc.option(fc.nat({ max: 2 * day }), { nil: undefined }),
        (policy, attempt, random, retryAfterMs) => {
          const delay = retryDelayMs(policy, attempt, random, retryAfterMs);
          const asked = Math.min(retryAfterMs ?? 0, day);
          expect(delay).toSatisfy(Number.isSafeInteger);
          expect(delay).toBeGreaterThanOrEqual(asked);
          expect(delay).toBeGreaterThanOrEqual(Math.min(policy.delayMs, policy.maxDelayMs, 1));
          expect(delay).toBeLessThanOrEqual(
            Math.max(policy.maxDelayMs, Math.min(Math.ceil(asked * 1.1), day)),
          );
        },
      ),
    );
  });
});

describe('a failed attempt', () => {
  const failed = { firstStartedAt: 1_000_000, now: 1_000_500, random: 0 };

  it('is followed by another up to the limit, and by none past it', () => {
    expect(decideRetry(plain, { ...failed, attempt: 1 })).toEqual({ retryAt: 1_001_500 });
    expect(decideRetry(plain, { ...failed, attempt: 5 })).toEqual({ retryAt: 1_016_500 });
    expect(decideRetry(plain, { ...failed, attempt: 6 })).toEqual({ exhausted: 'limit' });
    expect(decideRetry({ ...plain, limit: 0 }, { ...failed, attempt: 1 })).toEqual({ exhausted: 'limit' });
  });

  it('is the last one at 1 000, whatever the policy says', () => {
    const endless = { ...plain, limit: Infinity };
    expect(decideRetry(endless, { ...failed, attempt: limit.attemptsMax - 1 })).toEqual({
      retryAt: 1_300_500,
    });
    expect(decideRetry(endless, { ...failed, attempt: limit.attemptsMax })).toEqual({ exhausted: 'limit' });
  });

  it('is the last one where the next would begin after the elapsed bound', () => {
    const attempt = { ...failed, attempt: 1 };
    expect(decideRetry({ ...plain, maxElapsedMs: 1_500 }, attempt)).toEqual({ retryAt: 1_001_500 });
    expect(decideRetry({ ...plain, maxElapsedMs: 1_499 }, attempt)).toEqual({ exhausted: 'elapsed' });
    expect(decideRetry({ ...plain, maxElapsedMs: 60_000 }, { ...attempt, retryAfterMs: 120_000 })).toEqual({
      exhausted: 'elapsed',
    });
  });

  it('is followed by another after now though the clock went back', () => {
    expect(decideRetry({ ...plain, maxElapsedMs: 1 }, { ...failed, attempt: 1, now: 900_000 })).toEqual({
      retryAt: 901_000,
    });
  });

  it('never has more successors than the limit, nor one before its time', () => {
    fc.assert(
      fc.property(policies, fc.nat({ max: day }), randoms, (policy, maxElapsedMs, random) => {
        let now = 1_000_000;
        let attempts = 0;
        for (;;) {
          attempts += 1;
          const decision = decideRetry(
            { ...policy, maxElapsedMs },
            { attempt: attempts, firstStartedAt: 1_000_000, now, random },
          );
          if ('exhausted' in decision) break;
          expect(decision.retryAt).toBeGreaterThanOrEqual(now);
          now = decision.retryAt;
        }
        expect(attempts).toBeLessThanOrEqual(Math.min(policy.limit + 1, limit.attemptsMax));
        expect(now - 1_000_000).toBeLessThanOrEqual(maxElapsedMs);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a status', () => {
  it('is retryable for 408, 425, 429 and every 5xx, and for no other', () => {
    const retryable = Array.from({ length: 1_000 }, (_, status) => status).filter(isRetryableStatus);
    expect(retryable).toEqual([408, 425, 429, ...Array.from({ length: 100 }, (_, index) => 500 + index)]);
  });
});

describe('a Retry-After header', () => {
  const now = Date.UTC(2026, 10, 21, 8, 0, 0);

  it.each([
    ['0', 0],
    ['1', 1_000],
    ['60', 60_000],
    ['0060', 60_000],
    ['86400', day],
    ['86401', day],
    ['9'.repeat(400), day],
    ['Sat, 21 Nov 2026 08:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 07:59:59 GMT', 0],
    ['Sun, 22 Nov 2026 08:00:00 GMT', day],
    ['Sun, 22 Nov 2026 08:00:01 GMT', day],
    ['Fri, 31 Dec 9999 23:59:59 GMT', day],
    ['Sat, 21 Nov 2026 08:00:60 GMT', 60_000],
    ['Saturday, 21-Nov-26 08:01:00 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sat Nov 21 08:01:00 2026', 60_000],
    ['Sun Nov  6 08:49:37 1994', 0],
  ])('%j is %d ms', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });

  it.each([
    [''],
    [' 60'],
    ['60 '],
    ['60\n'],
    ['-1'],
    ['+1'],
    ['1.5'],
    ['1e3'],
    ['0x10'],
    ['60s'],
    ['120, 120'],
    ['٦٠'],
    ['tomorrow'],
    ['2026-11-21T08:01:00Z'],
    ['Sat, 21 Nov 2026 08:01:00 UTC'],
    ['Sat, 21 nov 2026 08:01:00 GMT'],
    ['Sat, 21 Foo 2026 08:01:00 GMT'],
    ['Tue, 31 Feb 2026 08:01:00 GMT'],
    ['Sat, 00 Nov 2026 08:01:00 GMT'],
    ['Sat, 21 Nov 2026 24:00:00 GMT'],
    ['Sat, 21 Nov 2026 08:60:00 GMT'],
    ['Sat, 21 Nov 2026 08:01:61 GMT'],
    ['Sat, 21 Nov 26 08:01:00 GMT'],
    ['Sat Nov 21 08:01:00 26'],
  ])('%j is none', (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined();
  });

  it('is read from every date as the platform prints it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -day, max: 2 * day }), (offset) => {
        const at = Math.floor((now + offset) / 1_000) * 1_000;
        const expected = Math.min(Math.max(0, at - now), day);
        expect(parseRetryAfter(new Date(at).toUTCString(), now)).toBe(expected);
      }),
    );
  });
});
