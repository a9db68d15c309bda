import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/core/duration.ts';
import { limit } from '../../src/core/limit.ts';

const day = 86_400_000;

describe('a duration', () => {
  it.each<[number | string, number]>([
    [0, 0],
    [-0, 0],
    [1_500, 1_500],
    [0.6, 1],
    [limit.sleepMaxMs, 365 * day],
    ['5 seconds', 5_000],
    ['1 second', 1_000],
    ['1 minute', 60_000],
    ['2 hours', 7_200_000],
    ['3 days', 3 * day],
    ['2 weeks', 14 * day],
    ['1 month', 30 * day],
    ['1 year', 365 * day],
    ['250 milliseconds', 250],
    ['1.5 hours', 5_400_000],
    ['1.1 hours', 3_960_000],
    ['0 seconds', 0],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1 hour 30 minutes', 5_400_000],
    ['2d', 2 * day],
    ['1w', 7 * day],
    ['250ms', 250],
    ['1s250ms', 1_250],
    ['365d', 365 * day],
    ['PT15M', 900_000],
    ['PT0S', 0],
    ['P1D', day],
    ['P2W', 14 * day],
    ['P1DT2H3M4.5S', day + 7_384_500],
    ['PT0,25S', 250],
  ])('%j is read as %d ms', (value, ms) => {
    const read = parseDuration(value);
    expect(read).toEqual({ ok: true, value: ms });
    expect(Object.is(read.ok && read.value, -0)).toBe(false);
  });

  it.each<[number | string]>([
    [''],
    [' '],
    ['5'],
    ['5000'],
    ['s'],
    ['five seconds'],
    ['-5 seconds'],
    ['+5s'],
    ['5 parsecs'],
    ['5 mo'],
    ['5 hs'],
    ['5 mss'],
    ['5  seconds'],
    [' 5s'],
    ['5s '],
    ['5s\n'],
    ['5 Seconds'],
    ['5m5m'],
    ['30s1h'],
    ['1h30'],
    ['1e3s'],
    ['0x10s'],
    ['.5s'],
    ['5.s'],
    ['1,5s'],
    ['٥s'],
    ['5 constructor'],
    ['5 __proto__'],
    ['P'],
    ['PT'],
    ['P1DT'],
    ['P1M'],
    ['P1Y'],
    ['PT1M1H'],
    ['-PT5M'],
    ['pt5m'],
    ['PT1.5H'],
    [`${'9'.repeat(400)}s`],
    [Number.NaN],
  ])('%j is refused with a sentence', (value) => {
    const read = parseDuration(value);
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(read.error).toMatch(
      /^Cannot read duration as it must be milliseconds as a number, or text .+: current value is .+$/s,
    );
    expect(read.error.length).toBeLessThan(300);
  });

  it('says what it must be and what it is', () => {
    expect(parseDuration('a while')).toEqual({
      ok: false,
      error:
        'Cannot read duration as it must be milliseconds as a number, or text such as "30 seconds", "1h30m" or "PT15M"; ' +
        'years and months of ISO 8601 are not taken: current value is "a while"',
    });
  });

  it.each([-1, -Infinity, -0.5])('%d ms is refused as negative', (value) => {
    expect(parseDuration(value)).toEqual({
      ok: false,
      error: `Cannot read duration as it must be zero or more: current value is ${value}`,
    });
  });

  it.each<[number | string]>([
    [limit.sleepMaxMs + 1],
    [Infinity],
    [8.64e15 + 1],
    ['366 days'],
    ['365d1ms'],
    ['2 years'],
    ['P366D'],
    ['999999999999999 years'],
  ])('%j is refused as longer than 365 days', (value) => {
    expect(parseDuration(value)).toEqual({
      ok: false,
      error: `Cannot read duration as it must be at most 365 days: current value is ${
        typeof value === 'number' ? value : JSON.stringify(value)
      }`,
    });
  });

  it('is whole, safe and within its bounds for every text, or refused', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc
        .array(
          fc.constantFrom('1', '30', '9', '.', ' ', 's', 'ms', 'm', 'h', 'd', 'year', 'P', 'T', 'M', 'S'),
          {
            maxLength: 12,
          },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.double()), (value) => {
        const read = parseDuration(value);
        const fits = read.ok
          ? Number.isSafeInteger(read.value) && read.value >= 0 && read.value <= limit.sleepMaxMs
          : read.error.startsWith('Cannot read duration as it must be ');
        expect(fits).toBe(true);
      }),
    );
  });
});
