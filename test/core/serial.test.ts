import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstSerialAt, formatSerial, nextSerial, parseSerial } from '../../src/core/serial.ts';

const now = Date.UTC(2026, 10, 21, 8);
const randoms = fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true });
const serials = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('a serial', () => {
  it('lies in its millisecond', () => {
    const first = firstSerialAt(now);
    expect(nextSerial(undefined, now, 0)).toBe(first);
    expect(nextSerial(undefined, now, 1 - 2 ** -53)).toBe(firstSerialAt(now + 1) - 1);
    expect(firstSerialAt(now + 1)).toBe(first + 4_096);
  });

  it('counts on where the millisecond is the same, or the clock went back', () => {
    const previous = nextSerial(undefined, now, 0.5);
    expect(nextSerial(previous, now, 0.5)).toBe(previous + 1);
    expect(nextSerial(previous, now, 0)).toBe(previous + 1);
    expect(nextSerial(previous, now - 86_400_000, 0.9)).toBe(previous + 1);
    expect(nextSerial(previous, 0, 0.9)).toBe(previous + 1);
  });

  it('is the first of all at and before the epoch it counts from', () => {
    expect(firstSerialAt(Date.UTC(2025, 0, 1))).toBe(0);
    expect(firstSerialAt(0)).toBe(0);
  });

  it('stays a safe integer until 2094', () => {
    expect(nextSerial(undefined, Date.UTC(2094, 0, 1), 0.999)).toSatisfy(Number.isSafeInteger);
  });

  it('always rises, whatever the clock and the dice say', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 * now }), randoms), { minLength: 2 }), (moments) => {
        let previous: number | undefined;
        for (const [at, random] of moments) {
          const serial = nextSerial(previous, at, random);
          expect(serial).toBeGreaterThan(previous ?? -1);
          previous = serial;
        }
      }),
    );
  });
});

describe("a serial's text", () => {
  it('has 11 characters', () => {
    expect(formatSerial(0)).toBe('00000000000');
    expect(formatSerial(32)).toBe('00000000010');
    expect(formatSerial(Number.MAX_SAFE_INTEGER)).toBe('7zzzzzzzzzz');
  });

  it('is read as what was written', () => {
    fc.assert(
      fc.property(serials, (serial) => {
        expect(parseSerial(formatSerial(serial))).toBe(serial);
      }),
    );
  });

  it('sorts as the serials do', () => {
    fc.assert(
      fc.property(serials, serials, (a, b) => {
        expect(formatSerial(a) < formatSerial(b)).toBe(a < b);
      }),
    );
  });

  it.each([
    [''],
    ['0'],
    ['0000000000'],
    ['000000000000'],
    ['0000000000I'],
    ['0000000000i'],
    ['0000000000u'],
    ['0000000000-'],
    ['0000000000A'],
    ['80000000000'],
    ['0000000000\u{1F682}'],
  ])('%j is none', (text) => {
    expect(parseSerial(text)).toBeUndefined();
  });
});
