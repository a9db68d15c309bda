// Confusion: one scheme taken for another, a public key for a secret, one source for another.
import { describe, expect, it } from 'vitest';
import { genericProvider, signDelivery } from '../../src/webhooks/index.ts';
import { judge, nextTail, providerOf, signedBy, textOf } from './judge.ts';
import { base64, bytes, hex, now, nowSeconds, post } from './request.ts';
import { sampleOf } from './sample.ts';
import { hs256, segment } from './token.ts';

const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

describe('confusion of schemes and keys', () => {
  it('a MAC made with a public key under the asymmetric label is refused (WH-10)', async () => {
    const { secret } = await sampleOf(
      providerOf('standardwebhooks'),
      providerOf('standardwebhooks').schemes[1]!,
    );
    const whpk = textOf(secret);
    const raw = Uint8Array.from(atob(whpk.replace('whpk_', '')), (character) => character.charCodeAt(0));
    const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const mac = base64(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(`m.${nowSeconds}.{}`))));
    for (const [label, judgement] of [
      ['v1a', 'no-match'],
      ['v1', 'missing-signature'],
    ] as const) {
      const headers = {
        'webhook-id': 'm',
        'webhook-timestamp': nowSeconds,
        'webhook-signature': `${label},${mac}`,
      };
      expect(await judge('standardwebhooks', post(headers, '{}'), [whpk])).toBe(judgement);
    }
  });

  it('a token signed with a public key as if it were a shared secret is refused', async () => {
    const { secret } = await sampleOf(providerOf('fusionauth'), providerOf('fusionauth').schemes[0]!);
    const pem = textOf(secret);
    const digest = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes('{}'))));
    const token = await hs256({ request_body_sha256: digest }, pem);
    expect(await judge('fusionauth', post({ 'x-fusionauth-signature-jwt': token }, '{}'), [pem])).toBe(
      'malformed-secret',
    );
  });

  it.each([
    ['no algorithm', { alg: 'none' }, 'unsupported-algorithm'],
    ['another algorithm', { alg: 'RS256' }, 'unsupported-algorithm'],
  ])('a token with %s is refused', async (_, head, judgement) => {
    const token = `${segment(head)}.${segment({ iss: 'netlify' })}.AAAA`;
    expect(await judge('netlify', post({ 'x-webhook-signature': token }, '{}'), ['s'])).toBe(judgement);
  });

  it('a token is read strictly', async () => {
    const sha256 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes('{}'))));
    const token = await hs256({ iss: 'netlify', sha256 }, 's');
    expect(await judge('netlify', post({ 'x-webhook-signature': token }, '{}'), ['s'])).toBe('verified');
    for (const other of [nextTail(token), `${token}.`, `${token}=`, `${token}.x`, token.replace('.', '..')]) {
      expect(await judge('netlify', post({ 'x-webhook-signature': other }, '{}'), ['s'])).toBe(
        'malformed-token',
      );
    }
  });

  it.each([1e20, -1, '1700000060', null])('an expiry of %s is none', async (exp) => {
    const seconds = Number(nowSeconds);
    const digest = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes('{}'))));
    const token = await hs256({ sha256: digest, nbf: seconds, exp }, 's');
    expect(await judge('livekit', post({ authorization: token }, '{}'), ['s'])).toBe('malformed-timestamp');
  });

  it('the secret of one source opens no other', async () => {
    expect(await judge('github', await signedBy('github', '{}', 'secret-of-a'), ['secret-of-b'])).toBe(
      'no-match',
    );
  });

  it('a plain token is not judged where a signing token is configured', async () => {
    expect(await judge('gitlab', post({ 'x-gitlab-token': whsec }, '{}'), [whsec])).toBe('missing-signature');
    expect(await judge('gitlab', post({ 'x-gitlab-token': 'plain' }, '{}'), ['plain'])).toBe('authenticated');
  });

  it("HubSpot's older signatures don't count beside a newer one", async () => {
    const v1 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes('s[]'))));
    const headers = { 'x-hubspot-signature': v1, 'x-hubspot-signature-version': 'v1' };
    expect(await judge('hubspot', post(headers, '[]'), ['s'])).toBe('verified');
    const both = post(
      { ...headers, 'x-hubspot-signature-v3': base64(bytes('x')), 'x-hubspot-request-timestamp': '1' },
      '[]',
    );
    expect(await judge('hubspot', both, ['s'])).toBe('no-match');
  });

  it("an SNS message of somebody else's topic is refused", async () => {
    const { secret, privateKey, delivery } = await sampleOf(
      providerOf('aws-sns'),
      providerOf('aws-sns').schemes[0]!,
    );
    if (privateKey === undefined || typeof secret === 'string') throw new Error('no key');
    const signed = await signDelivery(providerOf('aws-sns'), delivery, { secret, privateKey, now }, 0);
    if (!signed.ok) throw new Error(signed.error);
    expect(await judge('aws-sns', signed.value, [secret])).toBe('verified');
    expect(await judge('aws-sns', signed.value, [{ ...secret, topicArn: 'arn:aws:sns:x:1:mine' }])).toBe(
      'claim-mismatch',
    );
  });
});

describe('generic options', () => {
  it.each([
    [{ header: 'X Bad' }],
    [{ signed: '{nowhere}' }],
    [{ timestamp: '{header:X-Time}', signed: '{body}' }],
    [{ algorithm: 'md5' }],
    [{ toleranceSeconds: 0 }],
    [{ unknown: true }],
    ['text'],
  ])('%j are refused in words', (options) => {
    const provider = genericProvider(options);
    expect(provider.ok ? 'accepted' : provider.error).toMatch(/must|expected|Unrecognized|Invalid/i);
  });
});
