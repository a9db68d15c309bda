import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, jsonDepthExceeds } from '../../src/core/json.ts';
import { limit } from '../../src/core/limit.ts';

/** How deep a value nests, by its definition. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe('the depth of a JSON text', () => {
  it.each([
    ['1', 0],
    ['"[[["', 0],
    ['[]', 1],
    ['{}', 1],
    ['[[],[]]', 2],
    ['{"a":[{"b":1}]}', 3],
    [String.raw`["\"[[", "\\", []]`, 2],
    [String.raw`{"[\\\"{":[1]}`, 2],
    ['  [ [ ]\n] ', 2],
  ])('of %s is %d', (text, depth) => {
    expect(jsonDepthExceeds(text, depth)).toBe(false);
    expect(jsonDepthExceeds(text, depth - 1)).toBe(depth > 0);
  });

  it('is judged at the limit and past it', () => {
    expect(jsonDepthExceeds(nested(limit.jsonDepthMax), limit.jsonDepthMax)).toBe(false);
    expect(jsonDepthExceeds(nested(limit.jsonDepthMax + 1), limit.jsonDepthMax)).toBe(true);
  });

  it('is judged for a megabyte of brackets, and for one broken off', () => {
    expect(jsonDepthExceeds('['.repeat(1_048_576), limit.jsonDepthMax)).toBe(true);
    expect(jsonDepthExceeds('{"a":'.repeat(200_000), limit.jsonDepthMax)).toBe(true);
    expect(jsonDepthExceeds('[],'.repeat(300_000), limit.jsonDepthMax)).toBe(false);
    expect(jsonDepthExceeds(`["${'['.repeat(1_000_000)}`, limit.jsonDepthMax)).toBe(false);
    expect(jsonDepthExceeds('"\\', 0)).toBe(false);
  });

  it('is that of the value, whatever its strings hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value);
        const depth = depthOf(value);
        expect(jsonDepthExceeds(text, depth)).toBe(false);
        expect(jsonDepthExceeds(text, depth - 1)).toBe(depth > 0);
      }),
    );
  });
});

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code units, at every depth', () => {
    const text = String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7,"10":{"b":1,"a":[{"d":1,"c":2}]},"9":8}`;
    expect(canonicalJson(JSON.parse(text))).toBe(
      String.raw`{"\r":2,"1":4,"10":{"a":[{"c":2,"d":1}],"b":1},"9":8,` +
        '"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    );
  });

  // Values of RFC 8785, appendix B.
  it.each([
    ['-0', '0'],
    ['4.50', '4.5'],
    ['2e-3', '0.002'],
    ['1E30', '1e+30'],
    ['333333333.33333329', '333333333.3333333'],
    ['0.000000000000000000000000001', '1e-27'],
    ['5e-324', '5e-324'],
    ['1.7976931348623157e308', '1.7976931348623157e+308'],
    ['9007199254740992', '9007199254740992'],
    ['295147905179352825856', '295147905179352830000'],
    ['999999999999999900000', '999999999999999900000'],
    ['1e21', '1e+21'],
    ['0.000001', '0.000001'],
  ])('prints %s as %s', (text, canonical) => {
    expect(canonicalJson(JSON.parse(text))).toBe(canonical);
  });

  it('escapes what must be escaped, and nothing else', () => {
    const text = String.raw`"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\u007f"`;
    expect(canonicalJson(JSON.parse(text))).toBe(String.raw`"€$\u000f\nA'B\"\\\\\"/` + '\u007f"');
  });

  it('writes a lone surrogate as its escape, so that two of them differ', () => {
    expect(canonicalJson('\ud800')).toBe(String.raw`"\ud800"`);
    expect(canonicalJson('\ud801')).not.toBe(canonicalJson('\ud800'));
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"b":1}');
  });

  it.each([
    ['null', 'null'],
    ['true', 'true'],
    ['[]', '[]'],
    ['{}', '{}'],
    ['[ 1 , null , [ ] ]', '[1,null,[]]'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalJson(JSON.parse(text))).toBe(canonical);
  });

  it.each([[undefined], [Number.NaN], [Infinity], [1n], [Symbol('a')], [[undefined]], [{ a: undefined }]])(
    'refuses what is no JSON value: %o',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );

  it('is the same for every order of members, and means the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const canonical = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(canonical);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
      }),
    );
  });
});

/** The same value with the members of every object in the other order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
