import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdempotencyKey } from '../../src/core/idempotency.ts';

describe('an Idempotency-Key', () => {
  it.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"a"', 'a'],
    ['" "', ' '],
    ['"a b, c; d=1"', 'a b, c; d=1'],
    [String.raw`"say \"hi\" \\ bye"`, String.raw`say "hi" \ bye`],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    [`"${String.raw`\"`.repeat(255)}"`, '"'.repeat(255)],
  ])('%s in quotes is read', (header, key) => {
    expect(parseIdempotencyKey(header)).toEqual({ ok: true, value: key });
  });

  it.each([
    ['8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['abc'],
    ['7'],
    ['order:1001/retry'],
    ['dGVzdA=='],
    ['x'.repeat(255)],
  ])('%s without quotes is the same key as in quotes', (header) => {
    expect(parseIdempotencyKey(header)).toEqual({ ok: true, value: header });
    expect(parseIdempotencyKey(`"${header}"`)).toEqual({ ok: true, value: header });
  });

  it.each([
    [''],
    ['"'],
    ['"abc'],
    ['abc"'],
    ['"a"b"'],
    ['"a" "b"'],
    ['"a", "b"'],
    ['a, b'],
    ['a,b'],
    ['"a";p=1'],
    ['a;p=1'],
    ['a b'],
    [' "a"'],
    ['"a" '],
    [String.raw`"\a"`],
    [String.raw`"a\"`],
    [String.raw`a\b`],
    ["'a b'"],
    ['("a")'],
    [':YWJj:,'],
    ['"é"'],
    ['é'],
    ['"a\tb"'],
    ['"a\nb"'],
    ['"a\x7fb"'],
    ['"a\0b"'],
    ['a\n'],
    ['{"a":1}'],
  ])('%j is refused with a sentence', (header) => {
    expect(parseIdempotencyKey(header)).toEqual({
      ok: false,
      error: `Cannot read Idempotency-Key as it must be one string of printable ASCII, best in double quotes: current value is ${JSON.stringify(header)}`,
    });
  });

  it.each([
    ['""', 0],
    [`"${'x'.repeat(256)}"`, 256],
    ['x'.repeat(256), 256],
    ['x'.repeat(10_240), 10_240],
  ])('%j is refused for its length', (header, length) => {
    expect(parseIdempotencyKey(header)).toEqual({
      ok: false,
      error: `Cannot read Idempotency-Key as it must be 1 to 255 characters: current value is ${length} characters`,
    });
  });

  it('that is long and wrong is shown in part', () => {
    const shown = JSON.stringify(`"${'é'.repeat(63)}…`);
    expect(parseIdempotencyKey(`"${'é'.repeat(10_000)}"`)).toEqual({
      ok: false,
      error: `Cannot read Idempotency-Key as it must be one string of printable ASCII, best in double quotes: current value is ${shown}`,
    });
  });

  it('is read as the string that was quoted', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(printable, (key) => {
        const header = `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
        expect(parseIdempotencyKey(header)).toEqual({ ok: true, value: key });
      }),
    );
  });
});
