// What the recipes sign the vendors' own SDKs find genuine, and what those SDKs sign the recipes do.
import { isValidSignature } from '@sanity/webhook';
import {
  createQueryStringHash,
  decodeSymmetric,
  encodeSymmetric,
  fromMethodAndUrl,
  SymmetricAlgorithm,
} from 'atlassian-jwt';
import { BraintreeGateway, Environment, WebhookNotification } from 'braintree';
import { verifyKey } from 'discord-interactions';
import Pusher from 'pusher';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import twilio from 'twilio';
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import { describe, expect, it } from 'vitest';
import { readEvents, signDelivery, verifyDelivery, type Secret } from '../../src/webhooks/index.ts';
import { now, nowSeconds, post } from './request.ts';
import { sampleOf } from './sample.ts';
import { providerOf, url } from './sdk-judge.ts';

const body = '{"id":"evt_1","type":"a.b","text":"Ünïcödé ✓"}';

async function headersOf(id: string, secret: Secret, privateKey?: CryptoKey, at = now): Promise<Headers> {
  const keys = privateKey === undefined ? {} : { privateKey };
  const signed = await signDelivery(
    providerOf(id),
    { url, body },
    { secret, now: at, id: 'sample-id', ...keys },
  );
  if (!signed.ok) throw new Error(signed.error);
  return signed.value.headers;
}

it('GitHub', async () => {
  const headers = await headersOf('github', 'not-a-secret');
  expect(await verifyGitHub('not-a-secret', body, headers.get('x-hub-signature-256') ?? '')).toBe(true);
});

it('Stripe', async () => {
  const headers = await headersOf('stripe', 'whsec_test_not_real', undefined, new Date());
  const signature = headers.get('stripe-signature') ?? '';
  const event = await Stripe.webhooks.constructEventAsync(
    body,
    signature,
    'whsec_test_not_real',
    undefined,
    Stripe.createSubtleCryptoProvider(),
  );
  expect(event).toMatchObject({ id: 'evt_1' });
});

it('Standard Webhooks', async () => {
  const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
  const headers = await headersOf('standardwebhooks', secret, undefined, new Date());
  expect(new Webhook(secret).verify(body, Object.fromEntries(headers))).toEqual(JSON.parse(body));
});

it('Sanity', async () => {
  const headers = await headersOf('sanity', 'not-a-secret');
  expect(await isValidSignature(body, headers.get('sanity-webhook-signature') ?? '', 'not-a-secret')).toBe(
    true,
  );
});

it('Discord', async () => {
  const { secret, privateKey } = await sampleOf(providerOf('discord'), providerOf('discord').schemes[0]!);
  const headers = await headersOf('discord', secret, privateKey);
  const signature = headers.get('x-signature-ed25519') ?? '';
  const stamp = headers.get('x-signature-timestamp') ?? '';
  expect(await verifyKey(body, signature, stamp, typeof secret === 'string' ? secret : '')).toBe(true);
});

it.each([
  'https://box.example/a/b%20c/?z=1&b=x*y&b=a%27b&c=%2B',
  'https://box.example/?a-b=1&a=2&A=3',
  'https://box.example/hook',
])('Atlassian Connect signs %s', async (address) => {
  const { pathname, search } = new URL(address);
  const qsh = createQueryStringHash(fromMethodAndUrl('POST', `${pathname}${search}`));
  const iat = Number(nowSeconds);
  const token = encodeSymmetric(
    { iss: 'client', iat, exp: iat + 180, qsh },
    'not-a-real-shared-secret',
    SymmetricAlgorithm.HS256,
  );
  const request = post({ authorization: `JWT ${token}` }, '{}', address);
  expect(
    await verifyDelivery(providerOf('jira-connect'), request, ['not-a-real-shared-secret'], now),
  ).toEqual({
    outcome: 'verified',
    key: 0,
  });
});

it('Atlassian Connect reads', async () => {
  const headers = await headersOf('jira-connect', 'not-a-real-shared-secret');
  const token = (headers.get('authorization') ?? '').replace('JWT ', '');
  const claims = decodeSymmetric(token, 'not-a-real-shared-secret', SymmetricAlgorithm.HS256);
  const { pathname, search } = new URL(url);
  expect(claims.qsh).toBe(createQueryStringHash(fromMethodAndUrl('POST', `${pathname}${search}`)));
});

const braintree = new BraintreeGateway({
  environment: Environment.Sandbox,
  merchantId: 'not-a-merchant',
  publicKey: 'not-a-public-key',
  privateKey: 'not-a-private-key',
});
const braintreeSecret = { publicKey: 'not-a-public-key', privateKey: 'not-a-private-key' };

it('Braintree', async () => {
  const sample = await braintree.webhookTesting.sampleNotification(
    WebhookNotification.Kind.SubscriptionWentPastDue,
    'sub_1',
  );
  const request = post(
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ bt_signature: sample.bt_signature, bt_payload: sample.bt_payload }).toString(),
  );
  expect(await verifyDelivery(providerOf('braintree'), request, [braintreeSecret], now)).toEqual({
    outcome: 'verified',
    key: 0,
  });
  const stranger = { ...braintreeSecret, publicKey: 'another' };
  expect(await verifyDelivery(providerOf('braintree'), request, [stranger], now)).toMatchObject({
    outcome: 'failed',
  });
  expect(await readEvents(providerOf('braintree'), request, { source: 'shop', now })).toMatchObject({
    ok: true,
    value: [{ type: 'com.braintreepayments.subscription_went_past_due' }],
  });
});

it("Braintree's challenge is answered as its SDK answers it", async () => {
  const challenge = '20f9f8ed05f77439fe955c977e4c8a53';
  const request = { ...post({}, '', `https://box.example/hook?bt_challenge=${challenge}`), method: 'GET' };
  expect(await verifyDelivery(providerOf('braintree'), request, [braintreeSecret], now)).toMatchObject({
    outcome: 'handshake',
    response: { status: 200, body: braintree.webhookNotification.verify(challenge) },
  });
});

describe('Twilio', () => {
  const token = 'not-an-auth-token';
  const form = 'Body=Hi&MediaUrl=b&From=%2B15005550006&MediaUrl=a&MediaUrl=b&body=lower&Empty=';
  const params = { Body: 'Hi', MediaUrl: ['b', 'a', 'b'], From: '+15005550006', body: 'lower', Empty: '' };
  const judge = async (signature: string, type: string, text: string, address: string) =>
    verifyDelivery(
      providerOf('twilio'),
      post({ 'content-type': type, 'x-twilio-signature': signature }, text, address),
      [token],
      now,
    );

  // What Twilio has as the webhook's URL, and what arrives as the request's: the platform parses it anew.
  it.each([
    'https://box.example/v1/hooks/sms',
    'https://box.example:443/v1/hooks/sms?a=b%20c',
    "https://box.example/v1/hooks/sms?who=O'Hara",
    'https://box.example/v1/hooks/sms?who=O%27Hara&plus=a+b',
    'https://box.example/v1/hooks/sms?flag&name=%C3%9C',
    'https://user:pass@box.example/v1/hooks/sms',
  ])('signs a form for %s', async (address) => {
    const signature = twilio.getExpectedTwilioSignature(token, address, params);
    const received = new URL(address).href;
    expect(twilio.validateRequest(token, signature, received, params)).toBe(true);
    expect(await judge(signature, 'application/x-www-form-urlencoded', form, received)).toEqual({
      outcome: 'verified',
      key: 0,
    });
  });

  it('signs JSON by its digest in the URL', async () => {
    const address = `${url}&bodySHA256=${twilio.getExpectedBodyHash(body)}`;
    const signature = twilio.getExpectedTwilioSignature(token, address, {});
    expect(await judge(signature, 'application/json', body, address)).toEqual({
      outcome: 'verified',
      key: 0,
    });
    expect(await judge(signature, 'application/json', `${body} `, address)).toMatchObject({
      outcome: 'failed',
    });
  });

  it('reads JSON that is bound by its digest', async () => {
    const signed = await signDelivery(
      providerOf('twilio'),
      { url, headers: { 'content-type': 'application/json' }, body },
      { secret: token, now },
    );
    if (!signed.ok) throw new Error(signed.error);
    const signature = signed.value.headers.get('x-twilio-signature') ?? '';
    expect(twilio.validateRequestWithBody(token, signature, signed.value.url, body)).toBe(true);
    expect(twilio.validateRequestWithBody(token, signature, signed.value.url, `${body} `)).toBe(false);
    expect(twilio.validateRequestWithBody('another', signature, signed.value.url, body)).toBe(false);
  });
});

it.each([
  ['not-a-secret', true],
  ['not-a-sekret', false],
])('Pusher judges by the secret of the key: %s', async (secret, isValid) => {
  const headers = await headersOf('pusher', { key: 'not-a-key', secret: 'not-a-secret' });
  headers.set('content-type', 'application/json');
  headers.set('x-pusher-key', 'not-a-key');
  const sdk = new Pusher({ appId: '1', cluster: 'eu', key: 'not-a-key', secret });
  expect(sdk.webhook({ headers: Object.fromEntries(headers), rawBody: body }).isValid()).toBe(isValid);
});
