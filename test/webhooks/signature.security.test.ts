// Signatures that are forged, malformed, doubled or too many: each is refused for what it is.
import { describe, expect, it } from 'vitest';
import { providers, readEvents, signDelivery, verifyDelivery } from '../../src/webhooks/index.ts';
import { signatureOf, signSample, withSignature } from './forgery.ts';
import { judge, nextTail, providerOf, signedBy } from './judge.ts';
import { bytes, hex, hmacSha256, now, nowSeconds, post, withBody, withHeader } from './request.ts';
import { sampleOf } from './sample.ts';

const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const standard = await signedBy('standardwebhooks', '{"type":"a"}', whsec);
const standardSignature = standard.headers.get('webhook-signature') ?? '';

describe('signatures', () => {
  it.each([
    ['', 'missing-signature'],
    ['v1,', 'malformed-signature'],
    ['v1,YQ==', 'no-match'],
    ['v1,!!!!', 'malformed-signature'],
    ['v1', 'missing-signature'],
    ['v2,AAAA', 'missing-signature'],
    [`${standardSignature} `, 'verified'],
    [`v0,AAAA ${standardSignature}`, 'verified'],
    [`v1,AAAA ${standardSignature}`, 'verified'],
    [`v1,bad, ${standardSignature}`, 'malformed-signature'],
    [`${standardSignature}, ${standardSignature}`, 'malformed-signature'],
    [Array.from({ length: 9 }, () => standardSignature).join(' '), 'too-many-signatures'],
    [Array.from({ length: 8 }, () => standardSignature).join(' '), 'verified'],
    ['v1,x '.repeat(1000), 'too-many-signatures'],
    ['v1,x '.repeat(10_000), 'malformed-signature'],
  ])('a Standard Webhooks header "%.40s" is %s', async (value, judgement) => {
    expect(await judge('standardwebhooks', withHeader(standard, 'webhook-signature', value), [whsec])).toBe(
      judgement,
    );
  });

  it('hex is taken in either case, base64 in its canonical form only', async () => {
    const github = await signedBy('github', '{}', 'not-a-secret');
    const upper = (github.headers.get('x-hub-signature-256') ?? '').slice(7).toUpperCase();
    expect(
      await judge('github', withHeader(github, 'x-hub-signature-256', `sha256=${upper}`), ['not-a-secret']),
    ).toBe('verified');
    const shopify = await signedBy('shopify', '{}', 'hush');
    const value = shopify.headers.get('x-shopify-hmac-sha256') ?? '';
    for (const other of [
      value.replace('=', ''),
      `${value} `.replace(' ', '\t='),
      `${value}=`,
      nextTail(value),
    ]) {
      expect(await judge('shopify', withHeader(shopify, 'x-shopify-hmac-sha256', other), ['hush'])).toBe(
        'malformed-signature',
      );
    }
  });

  it('a weaker legacy header alone is no signature (WH-28)', async () => {
    const key = await crypto.subtle.importKey('raw', bytes('s'), { name: 'HMAC', hash: 'SHA-1' }, false, [
      'sign',
    ]);
    const sha1 = hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes('{}'))));
    expect(await judge('github', post({ 'x-hub-signature': `sha1=${sha1}` }, '{}'), ['s'])).toBe(
      'missing-signature',
    );
  });

  it('a header given twice with other values is refused', async () => {
    const request = await signedBy('github', '{}', 'not-a-secret');
    request.headers.append('x-hub-signature-256', 'sha256=00');
    expect(await judge('github', request, ['not-a-secret'])).toBe('malformed-signature');
  });

  it('Stripe with two times is ambiguous (WH-30)', async () => {
    const mac = hex(await hmacSha256('s', `${nowSeconds}.{}`));
    const request = post({ 'stripe-signature': `t=1,t=${nowSeconds},v1=${mac}` }, '{}');
    expect(await judge('stripe', request, ['s'])).toBe('malformed-signature');
    const doubled = post({ 'stripe-signature': `t=${nowSeconds},v1=${mac}, t=1,v1=00` }, '{}');
    expect(await judge('stripe', doubled, ['s'])).toBe('malformed-signature');
  });

  it("Slack's colons can't be moved between time and body (WH-32)", async () => {
    const mac = hex(await hmacSha256('s', `v0:${nowSeconds}:1:{}`));
    const request = post(
      { 'x-slack-request-timestamp': `${nowSeconds}:1`, 'x-slack-signature': `v0=${mac}` },
      '{}',
    );
    expect(await judge('slack', request, ['s'])).toBe('malformed-timestamp');
  });

  it('bytes that are no text are compared as bytes', async () => {
    const body = new Uint8Array([0x22, 0xff, 0x22]);
    const request = post({ 'x-hub-signature-256': `sha256=${hex(await hmacSha256('s', body))}` }, body);
    expect(await judge('github', request, ['s'])).toBe('verified');
    expect(await judge('github', withBody(request, new Uint8Array([0x22, 0xfe, 0x22])), ['s'])).toBe(
      'no-match',
    );
  });

  it('a byte-order mark is part of what is signed, and no JSON', async () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]);
    const request = post({ 'x-hub-signature-256': `sha256=${hex(await hmacSha256('s', body))}` }, body);
    expect(await judge('github', request, ['s'])).toBe('verified');
    expect(await judge('github', withBody(request, body.slice(3)), ['s'])).toBe('no-match');
    expect(await readEvents(providerOf('github'), request, { source: 'a', now })).toEqual({
      ok: false,
      error: 'not-json',
    });
  });

  it('a ninth secret is not judged', async () => {
    const others = Array.from({ length: 8 }, (_, index) => `other-${index}`);
    const request = await signedBy('github', '{}', 'not-a-secret');
    expect(await judge('github', request, [...others.slice(1), 'not-a-secret'])).toBe('verified');
    expect(await judge('github', request, [...others, 'not-a-secret'])).toBe('no-match');
  });

  it('the URL is part of what Twilio signs: another host is another request', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const signed = await signDelivery(
      providerOf('twilio'),
      { url: 'https://a.example/hook', headers: form, body: 'CallSid=CA1' },
      { secret: '12345', now },
    );
    if (!signed.ok) throw new Error(signed.error);
    expect(await judge('twilio', signed.value, ['12345'])).toBe('verified');
    expect(await judge('twilio', { ...signed.value, url: 'https://b.example/hook' }, ['12345'])).toBe(
      'no-match',
    );
  });

  it("a body that Twilio's signature doesn't cover is refused", async () => {
    const url = 'https://a.example/hook';
    const signed = await signDelivery(
      providerOf('twilio'),
      { method: 'GET', url, body: '' },
      { secret: '12345', now },
    );
    if (!signed.ok) throw new Error(signed.error);
    const added = withHeader(withBody(signed.value, '{"a":1}'), 'content-type', 'application/json');
    expect(await judge('twilio', added, ['12345'])).toBe('missing-part');
  });
});

it('hex is taken in either case, whichever vendor writes it (WH-08)', async () => {
  const refused: string[] = [];
  let count = 0;
  for (const provider of Object.values(providers)) {
    for (const [at, scheme] of provider.schemes.entries()) {
      if (!('signature' in scheme) || scheme.signature.encoding !== 'hex') continue;
      const sample = await sampleOf(provider, scheme);
      const request = await signSample(provider, at, sample, 'https://box.example/v1/hooks/shop');
      const upper = signatureOf({ scheme, request }).replaceAll(/[0-9a-f]{40,}/g, (mac) => mac.toUpperCase());
      const { outcome } = await verifyDelivery(
        provider,
        withSignature({ scheme, request }, upper),
        [sample.secret],
        now,
      );
      if (outcome !== 'verified') refused.push(`${provider.id} ${at}`);
      count += 1;
    }
  }

  expect(refused).toEqual([]);
  expect(count).toBeGreaterThan(80);
});
