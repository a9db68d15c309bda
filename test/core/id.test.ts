import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExecutionId, isRequestId, parseExecutionId, shardOf } from '../../src/core/id.ts';

describe("an execution's id", () => {
  const address = { workflow: 'order-to-crm', shard: 7, serial: 244_000_000_000_123 };

  it('is workflow, shard and serial, and needs no escape in a URL', () => {
    const id = formatExecutionId(address);
    expect(id).toBe('order-to-crm.7.06xxapn6g3v');
    expect(encodeURIComponent(id)).toBe(id);
    expect(parseExecutionId(id)).toEqual({ ok: true, value: address });
  });

  it('is read at its bounds', () => {
    for (const bound of [
      { workflow: 'a', shard: 0, serial: 0 },
      { workflow: `z${'9'.repeat(62)}`, shard: 1_023, serial: Number.MAX_SAFE_INTEGER },
    ]) {
      expect(parseExecutionId(formatExecutionId(bound))).toEqual({ ok: true, value: bound });
    }
  });

  it.each([
    [''],
    ['order-to-crm'],
    ['order-to-crm.7'],
    ['.7.06xxapn6g3v'],
    ['7.06xxapn6g3v'],
    ['Order-to-crm.7.06xxapn6g3v'],
    ['7order.7.06xxapn6g3v'],
    ['order_to_crm.7.06xxapn6g3v'],
    ['órder.7.06xxapn6g3v'],
    [`${'a'.repeat(64)}.7.06xxapn6g3v`],
    ['order-to-crm.07.06xxapn6g3v'],
    ['order-to-crm.-1.06xxapn6g3v'],
    ['order-to-crm.1024.06xxapn6g3v'],
    ['order-to-crm.10000.06xxapn6g3v'],
    ['order-to-crm.1e2.06xxapn6g3v'],
    ['order-to-crm..06xxapn6g3v'],
    ['order-to-crm.7.06XXAPN6G3V'],
    ['order-to-crm.7.06xxapn6g3'],
    ['order-to-crm.7.006xxapn6g3v'],
    ['order-to-crm.7.06xxapn6g3l'],
    ['order-to-crm.7.06xxapn6g3u'],
    ['order-to-crm.7.80000000000'],
    ['order-to-crm.7.zzzzzzzzzzz'],
    ['order-to-crm.7.06xxapn6g3v.'],
    ['order-to-crm.7.06xxapn6g3v\n'],
    [' order-to-crm.7.06xxapn6g3v'],
    ['order-to-crm%2E7.06xxapn6g3v'],
    ['../order-to-crm.7.06xxapn6g3v'],
  ])('%j is refused with a sentence', (text) => {
    const read = parseExecutionId(text);
    expect(read).toEqual({
      ok: false,
      error: expect.stringMatching(/^Cannot read execution id as it must be /),
    });
  });

  it('has one form only: what is read is written the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,62}\.[0-9]{1,4}\.[0-9a-hjkmnp-tv-z]{11}$/), (text) => {
        const read = parseExecutionId(text);
        expect(read.ok ? formatExecutionId(read.value) : text).toBe(text);
      }),
    );
  });
});

describe('a shard', () => {
  // These values may never change: executions that are kept lie where this function once put them.
  it.each([
    ['', [0, 0, 1, 3, 11, 923, 11]],
    ['a', [0, 0, 1, 3, 3, 715, 435]],
    ['order-1', [0, 0, 0, 0, 12, 732, 668]],
    ['hook:shop:evt_0001', [0, 0, 1, 1, 5, 269, 357]],
    ['hook:shop:evt_0002', [0, 0, 0, 0, 0, 24, 432]],
    ['api:welcome:müller', [0, 0, 0, 0, 4, 740, 228]],
    ['\u{1F682}', [0, 0, 0, 0, 4, 420, 996]],
  ])('of %j is the same for ever', (key, expected) => {
    expect([1, 1, 2, 4, 16, 1_000, 1_024].map((shards) => shardOf(key, shards))).toEqual(expected);
  });

  it('is one of those there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1_024 }), (key, shards) => {
        const shard = shardOf(key, shards);
        expect(shard).toSatisfy(Number.isInteger);
        expect(shard).toBeGreaterThanOrEqual(0);
        expect(shard).toBeLessThan(shards);
      }),
    );
  });

  it.each([2, 4, 7, 16, 100])('gets its share of consecutive keys among %d', (shards) => {
    const counts = Array.from({ length: shards }, () => 0);
    const keys = 1_000 * shards;
    for (let key = 0; key < keys; key += 1) {
      const shard = shardOf(`hook:shop:${key}`, shards);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

describe('a request id', () => {
  it.each([['a'], ['7b0c6f0e-6f5e-4a53-9a55-3c1f5e6d7a8b'], ['A.b_c~d+e/f='], ['x'.repeat(128)]])(
    '%j is taken over',
    (text) => {
      expect(isRequestId(text)).toBe(true);
    },
  );

  it.each([[''], ['x'.repeat(129)], ['a b'], ['a,b'], ['a\n'], ['a"b'], ['<b>'], ['a;b'], ['é'], ['a\0']])(
    '%j is not taken over',
    (text) => {
      expect(isRequestId(text)).toBe(false);
    },
  );
});
