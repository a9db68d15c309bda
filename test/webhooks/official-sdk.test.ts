// What the vendors' own SDKs sign is genuine; with one bit changed anywhere it is not.
import { sign as signGitHub } from '@octokit/webhooks-methods';
import PusherToken from 'pusher/lib/token.js';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import {
  providers,
  verifyDelivery,
  type Provider,
  type Secret,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import {
  base64,
  changeMiddle,
  flipBit,
  hex,
  hmacSha256,
  now,
  nowSeconds,
  post,
  withBody,
  withHeader,
} from './request.ts';

interface Signed {
  readonly id: string;
  readonly secret: Secret;
  readonly otherSecret: Secret;
  readonly signatureHeader: string;
  /** The header with the time, as it would be a second later. */
  readonly secondLater?: (request: WebhookRequest) => WebhookRequest;
  readonly request: WebhookRequest;
}

const order = '{"id":820982911946154508,"email":"jon@example.com","note":"Ünïcödé ✓"}';

const smsUrl = 'https://box.example/v1/hooks/sms?to=a%20b&to=c';
const sms = { MessageSid: 'SM0001', Body: 'Ünïcödé & ✓', From: '+15005550006', MediaUrl0: '' };

async function signedByAll(): Promise<readonly Signed[]> {
  const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
  return [
    {
      id: 'github',
      secret: 'not-a-secret',
      otherSecret: 'not-a-sekret',
      signatureHeader: 'x-hub-signature-256',
      request: post(
        { 'x-hub-signature-256': await signGitHub('not-a-secret', order), 'x-github-event': 'push' },
        order,
      ),
    },
    {
      id: 'stripe',
      secret: 'whsec_test_not_real',
      otherSecret: 'whsec_test_not_reel',
      signatureHeader: 'stripe-signature',
      secondLater: (request) =>
        withHeader(
          request,
          'stripe-signature',
          request.headers.get('stripe-signature')?.replace(`t=${nowSeconds}`, 't=1700000001'),
        ),
      request: post(
        {
          'stripe-signature': await Stripe.webhooks.generateTestHeaderStringAsync({
            payload: order,
            secret: 'whsec_test_not_real',
            timestamp: Number(nowSeconds),
            cryptoProvider: Stripe.createSubtleCryptoProvider(),
          }),
        },
        order,
      ),
    },
    {
      id: 'standardwebhooks',
      secret: whsec,
      otherSecret: whsec.replace('QIhr', 'QIhs'),
      signatureHeader: 'webhook-signature',
      secondLater: (request) => withHeader(request, 'webhook-timestamp', '1700000001'),
      request: post(
        {
          'webhook-id': 'msg_1',
          'webhook-timestamp': nowSeconds,
          'webhook-signature': new Webhook(whsec).sign('msg_1', now, order),
        },
        order,
      ),
    },
    {
      id: 'svix',
      secret: whsec,
      otherSecret: whsec.replace('QIhr', 'QIhs'),
      signatureHeader: 'svix-signature',
      secondLater: (request) => withHeader(request, 'svix-timestamp', '1700000001'),
      request: post(
        {
          'svix-id': 'msg_1',
          'svix-timestamp': nowSeconds,
          'svix-signature': new SvixWebhook(whsec).sign('msg_1', now, order),
        },
        order,
      ),
    },
    {
      id: 'twilio',
      secret: 'not-an-auth-token',
      otherSecret: 'not-an-auth-tokem',
      signatureHeader: 'x-twilio-signature',
      request: post(
        {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': twilio.getExpectedTwilioSignature('not-an-auth-token', smsUrl, sms),
        },
        new URLSearchParams(sms).toString(),
        smsUrl,
      ),
    },
    {
      id: 'pusher',
      secret: { key: 'not-a-key', secret: 'not-a-secret' },
      otherSecret: { key: 'not-a-key', secret: 'not-a-sekret' },
      signatureHeader: 'x-pusher-signature',
      request: post(
        {
          'content-type': 'application/json',
          'x-pusher-key': 'not-a-key',
          'x-pusher-signature': new PusherToken('not-a-key', 'not-a-secret').sign(order),
        },
        order,
      ),
    },
    {
      id: 'shopify',
      secret: 'hush',
      otherSecret: 'hust',
      signatureHeader: 'x-shopify-hmac-sha256',
      request: post(
        {
          'x-shopify-hmac-sha256': base64(await hmacSha256('hush', order)),
          'x-shopify-topic': 'orders/create',
        },
        order,
      ),
    },
    {
      id: 'slack',
      secret: '8f742231b10e8888abcd99yyyzzz85a5',
      otherSecret: '8f742231b10e8888abcd99yyyzzz85a6',
      signatureHeader: 'x-slack-signature',
      secondLater: (request) => withHeader(request, 'x-slack-request-timestamp', '1700000001'),
      request: post(
        {
          'x-slack-request-timestamp': nowSeconds,
          'x-slack-signature': `v0=${hex(await hmacSha256('8f742231b10e8888abcd99yyyzzz85a5', `v0:${nowSeconds}:${order}`))}`,
        },
        order,
      ),
    },
    {
      id: 'generic',
      secret: 'not-a-secret',
      otherSecret: 'not-a-sekret',
      signatureHeader: 'x-signature',
      request: post({ 'x-signature': hex(await hmacSha256('not-a-secret', order)) }, order),
    },
  ];
}

const samples = await signedByAll();

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

describe.each(samples)('$id', ({ id, secret, otherSecret, signatureHeader, request }) => {
  const provider = providerOf(id);
  const signature = request.headers.get(signatureHeader) ?? '';

  it('what the vendor signs is verified', async () => {
    expect(await verifyDelivery(provider, request, [secret], now)).toEqual({ outcome: 'verified', key: 0 });
  });

  it('the verdict names which of several secrets matched', async () => {
    expect(await verifyDelivery(provider, request, [otherSecret, secret], now)).toEqual({
      outcome: 'verified',
      key: 1,
    });
  });

  it('one bit of the body makes it no match', async () => {
    for (let at = 0; at < request.body.length; at += 7) {
      const changed = withBody(request, flipBit(request.body, at));
      expect(await verifyDelivery(provider, changed, [secret], now)).toEqual({
        outcome: 'failed',
        reason: 'no-match',
      });
    }
  });

  it('a byte added to the body makes it no match', async () => {
    const changed = withBody(request, new Uint8Array([...request.body, 0x20]));
    expect(await verifyDelivery(provider, changed, [secret], now)).toEqual({
      outcome: 'failed',
      reason: 'no-match',
    });
  });

  it('a changed signature makes it no match', async () => {
    const changed = withHeader(request, signatureHeader, changeMiddle(signature));
    expect(await verifyDelivery(provider, changed, [secret], now)).toEqual({
      outcome: 'failed',
      reason: 'no-match',
    });
  });

  it('a changed secret makes it no match', async () => {
    expect(await verifyDelivery(provider, request, [otherSecret], now)).toEqual({
      outcome: 'failed',
      reason: 'no-match',
    });
  });

  it('a missing and an empty signature are missing', async () => {
    for (const value of [undefined, '']) {
      const changed = withHeader(request, signatureHeader, value);
      expect(await verifyDelivery(provider, changed, [secret], now)).toEqual({
        outcome: 'failed',
        reason: 'missing-signature',
      });
    }
  });

  it('a source without a usable secret finds nothing genuine', async () => {
    for (const secrets of [[], ['']]) {
      expect(await verifyDelivery(provider, request, secrets, now)).toEqual({
        outcome: 'failed',
        reason: 'no-secret',
      });
    }
  });
});

describe.each(samples.filter(({ secondLater }) => secondLater !== undefined))(
  '$id',
  ({ id, secret, request, secondLater }) => {
    it('a changed timestamp makes it no match', async () => {
      const changed = secondLater?.(request) ?? request;
      expect(await verifyDelivery(providerOf(id), changed, [secret], now)).toEqual({
        outcome: 'failed',
        reason: 'no-match',
      });
    });

    it.each([
      [-300, 'verified'],
      [300, 'verified'],
      [-301, 'future-timestamp'],
      [301, 'stale-timestamp'],
    ])('%i seconds after it was signed it is judged %s', async (seconds, judgement) => {
      const later = new Date(now.getTime() + seconds * 1000);
      const verdict = await verifyDelivery(providerOf(id), request, [secret], later);
      expect(verdict.outcome === 'failed' ? verdict.reason : verdict.outcome).toBe(judgement);
    });
  },
);

describe('several signatures in one header', () => {
  it.each([
    ['a word', (header: string) => `${header},v1=potato`],
    ['a word before', (header: string) => header.replace(',v1=', ',v1=potato,v1=')],
    ['another scheme', (header: string) => `${header},v0=00`],
    ['another order', (header: string) => header.split(',').toReversed().join(',')],
    ['spaces', (header: string) => header.replaceAll(',', ' , ')],
    ['a comma at the end', (header: string) => `${header},`],
    [
      'capital digits',
      (header: string) => header.replace(/v1=.*/, (pair) => `v1=${pair.slice(3).toUpperCase()}`),
    ],
  ])('Stripe’s genuine one is found beside %s', async (_, change) => {
    const sample = samples.find(({ id }) => id === 'stripe');
    if (sample === undefined) throw new Error('no sample');
    const header = sample.request.headers.get('stripe-signature') ?? '';
    const request = withHeader(sample.request, 'stripe-signature', change(header));
    expect(await verifyDelivery(providerOf('stripe'), request, [sample.secret], now)).toEqual({
      outcome: 'verified',
      key: 0,
    });
  });

  it.each([
    ['v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= {}'],
    ['{} v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='],
    ['v1,test_signature {}'],
    ['v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {} v9,?'],
  ])('Standard Webhooks’ genuine one is found in "%s"', async (form) => {
    const sample = samples.find(({ id }) => id === 'standardwebhooks');
    if (sample === undefined) throw new Error('no sample');
    const header = sample.request.headers.get('webhook-signature') ?? '';
    const request = withHeader(sample.request, 'webhook-signature', form.replace('{}', header));
    expect(await verifyDelivery(providerOf('standardwebhooks'), request, [sample.secret], now)).toEqual({
      outcome: 'verified',
      key: 0,
    });
  });
});
