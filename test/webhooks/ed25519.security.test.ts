// Ed25519: signatures and keys that a lenient verifier takes.
import { describe, expect, it } from 'vitest';
import { type WebhookRequest } from '../../src/webhooks/index.ts';
import { judge, providerOf } from './judge.ts';
import { bytes, hex, post, withHeader } from './request.ts';
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
