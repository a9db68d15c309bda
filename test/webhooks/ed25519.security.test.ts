// Ed25519: signatures and keys that a lenient verifier takes.
import { describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../../src/webhooks/index.ts';
import { judge, providerOf } from './judge.ts';
import { base64, bytes, hex, nowSeconds, post, withHeader } from './request.ts';
import { sampleOf } from './sample.ts';

describe('Ed25519', () => {
  const message = post({ 'x-signature-timestamp': '1610000000' }, '{"type":2}');
  const withSignature = (signature: Uint8Array): WebhookRequest =>
    withHeader(message, 'x-signature-ed25519', hex(signature));

  it('S beyond the group order is refused', async () => {
    const scheme = providerOf('discord').schemes[0]!;
    const { secret, privateKey } = await sampleOf(providerOf('discord'), scheme);
    if (privateKey === undefined) throw new Error('no key');
    const good = new Uint8Array(
      await crypto.subtle.sign('Ed25519', privateKey, bytes('1610000000{"type":2}')),
    );
    expect(await judge('discord', withSignature(good), [secret])).toBe('verified');
    expect(await judge('discord', withSignature(addGroupOrder(good)), [secret])).toBe('no-match');
  });

  it('a signature of another length is refused', async () => {
    const { secret } = await sampleOf(providerOf('discord'), providerOf('discord').schemes[0]!);
    for (const length of [1, 63, 65, 128]) {
      expect(await judge('discord', withSignature(new Uint8Array(length).fill(1)), [secret])).toBe(
        'no-match',
      );
    }
  });

  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '0011',
  ])('the key %s is no key', async (key) => {
    // With the neutral element as key, R = neutral and S = 0 would be a signature of every message.
    const universal = new Uint8Array(64);
    universal[0] = 1;
    expect(await judge('discord', withSignature(universal), [key])).toBe('malformed-secret');
  });
});

/** The same signature with S + L in place of S. */
function addGroupOrder(signature: Uint8Array): Uint8Array {
  const order = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';
  const sum = signature.slice();
  let carry = 0;
  for (let at = 0; at < 32; at += 1) {
    const digit = (sum[32 + at] ?? 0) + Number.parseInt(order.slice(at * 2, at * 2 + 2), 16) + carry;
    sum[32 + at] = digit & 0xff;
    carry = digit >> 8;
  }
  return sum;
}

describe('Standard Webhooks v1a', async () => {
  // The kinds of signatures that Wycheproof has for Ed25519 (C2SP/wycheproof, ed25519_test.json), made of a good one of our own.
  const scheme = providerOf('standardwebhooks').schemes[1]!;
  const { secret, privateKey } = await sampleOf(providerOf('standardwebhooks'), scheme);
  if (privateKey === undefined) throw new Error('no key');
  const good = new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, bytes(`m.${nowSeconds}.{}`)));
  const r = good.slice(0, 32);
  const s = good.slice(32);
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
  const field = 2n ** 255n - 19n;

  const toNumber = (data: Uint8Array) => BigInt(`0x${hex(data.toReversed())}`);
  const toBytes = (value: bigint) =>
    Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
  const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
  const flipped = (bit: number) => {
    const other = r.slice();
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return joined(other, s);
  };
  const judgeSignature = async (signature: Uint8Array) => {
    const headers = {
      'webhook-id': 'm',
      'webhook-timestamp': nowSeconds,
      'webhook-signature': `v1a,${base64(signature)}`,
    };
    return judge('standardwebhooks', post(headers, '{}'), [secret]);
  };

  it('takes the good one', async () => {
    expect(await judgeSignature(good)).toBe('verified');
  });

  const special = [0n, 1n, order, field, field + 1n, 2n ** 255n - 1n];
  const pairs = special.flatMap((one) => special.map((other) => [one, other] as const));

  it.each(pairs)('refuses R = %d with S = %d (WH-40)', async (one, other) => {
    expect(await judgeSignature(joined(toBytes(one), toBytes(other)))).toBe('no-match');
  });

  it.each([1n, 2n, 4n, 8n])('refuses S + %d L (WH-40)', async (times) => {
    const more = toNumber(s) + times * order;

    expect(await judgeSignature(joined(r, toBytes(more)))).toBe('no-match');
  });

  it.each([
    ['2^253', 2n ** 253n],
    ['2^254', 2n ** 254n],
    ['2^255', 2n ** 255n],
    ['p', field],
  ])('refuses S + %s (WH-40)', async (_, more) => {
    expect(await judgeSignature(joined(r, toBytes(toNumber(s) + more)))).toBe('no-match');
  });

  it.each([0, 1, 2, 7, 8, 16, 31, 32, 63, 64, 97, 127, 240, 247, 248, 253, 254, 255])(
    'refuses R with its bit %i flipped (WH-40)',
    async (bit) => {
      expect(await judgeSignature(flipped(bit))).toBe('no-match');
    },
  );

  it.each([
    ['without S', r],
    ['two bytes too short', good.slice(0, 62)],
    ['one byte too short', good.slice(0, 63)],
    ['without its first byte', good.slice(1)],
    ['two bytes too long', joined(good, new Uint8Array(2))],
    ['with the key behind it', joined(good, new Uint8Array(32).fill(7))],
    ['with a zero before it', joined(new Uint8Array(1), good)],
    ['with a zero before S', joined(r, new Uint8Array(1), s)],
    ['with a zero behind it', joined(good, new Uint8Array(1))],
    [
      'with all bits of R flipped',
      joined(
        r.map((byte) => byte ^ 0xff),
        s,
      ),
    ],
    ['with R = 1 and the sign of x', joined(toBytes(1n + 2n ** 255n), s)],
  ])('refuses one %s (WH-40)', async (_, signature) => {
    expect(await judgeSignature(signature)).toBe('no-match');
  });
});
