// Handshakes: challenges are answered as each vendor wants, to those who may ask, and never become a signing oracle.
import { describe, expect, it } from 'vitest';
import { providers, signDelivery, verifyDelivery, type Provider } from '../../src/webhooks/index.ts';
import { hex, hmacSha256, now, nowSeconds, post } from './request.ts';
import { sampleOf } from './sample.ts';

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

const slackSecret = 'not-a-real-slack-secret';

async function slackRequest(body: string) {
  const mac = await hmacSha256(slackSecret, `v0:${nowSeconds}:${body}`);
  return post({ 'x-slack-request-timestamp': nowSeconds, 'x-slack-signature': `v0=${hex(mac)}` }, body);
}

describe('GitHub', () => {
  const ping = '{"zen":"Design for failure.","hook_id":1}';

  it('a signed ping is a handshake', async () => {
    const signature = `sha256=${hex(await hmacSha256('s', ping))}`;
    const request = post({ 'x-github-event': 'ping', 'x-hub-signature-256': signature }, ping);
    expect(await verifyDelivery(providerOf('github'), request, ['s'], now)).toMatchObject({
      outcome: 'handshake',
      response: { status: 200, body: 'pong' },
    });
  });

  it('an unsigned ping fails', async () => {
    expect(
      await verifyDelivery(providerOf('github'), post({ 'x-github-event': 'ping' }, ping), ['s'], now),
    ).toEqual({
      outcome: 'failed',
      reason: 'missing-signature',
    });
  });
});

describe('Slack', () => {
  const verification =
    '{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd","type":"url_verification"}';

  it('a signed url_verification is echoed as plain text', async () => {
    expect(
      await verifyDelivery(providerOf('slack'), await slackRequest(verification), [slackSecret], now),
    ).toEqual({
      outcome: 'handshake',
      response: {
        status: 200,
        headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
        body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd',
      },
    });
  });

  it('an unsigned url_verification fails where the source has a secret', async () => {
    expect(await verifyDelivery(providerOf('slack'), post({}, verification), [slackSecret], now)).toEqual({
      outcome: 'failed',
      reason: 'missing-signature',
    });
  });

  it('an unsigned url_verification is echoed while the source has no secret to tell', async () => {
    expect(await verifyDelivery(providerOf('slack'), post({}, verification), [], now)).toMatchObject({
      outcome: 'handshake',
      response: { status: 200, body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd' },
    });
  });

  it.each(['<script>alert(1)</script>', 'a b', 'a'.repeat(513), ''])(
    'the challenge %.24s is not echoed',
    async (challenge) => {
      const body = JSON.stringify({ type: 'url_verification', challenge });
      const verdict = await verifyDelivery(providerOf('slack'), await slackRequest(body), [slackSecret], now);
      expect(verdict).toMatchObject({ outcome: 'handshake', response: { status: 400, body: '' } });
    },
  );
});

interface Shake {
  readonly id: string;
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Signed by the recipe with this secret; else sent as it is to a source with it. */
  readonly isSigned?: true;
  readonly status: number;
  readonly answer: string;
}

const shakes: readonly Shake[] = [
  { id: 'discord', isSigned: true, body: '{"type":1}', status: 200, answer: '{"type":1}' },
  { id: 'discord', isSigned: true, body: '{"version":1,"type":0}', status: 204, answer: '' },
  { id: 'intercom', method: 'HEAD', status: 200, answer: '' },
  { id: 'intercom', isSigned: true, body: '{"topic":"ping"}', status: 200, answer: '' },
  { id: 'viber', isSigned: true, body: '{"event":"webhook","message_token":1}', status: 200, answer: '' },
  { id: 'figma', isSigned: true, body: '{"event_type":"PING"}', status: 200, answer: '' },
  {
    id: 'google-channels',
    isSigned: true,
    headers: { 'x-goog-resource-state': 'sync' },
    status: 200,
    answer: '',
  },
  {
    id: 'front',
    isSigned: true,
    headers: { 'x-front-challenge': 'abc' },
    body: '{}',
    status: 200,
    answer: 'abc',
  },
  {
    id: 'twitch',
    isSigned: true,
    headers: { 'twitch-eventsub-message-type': 'webhook_callback_verification' },
    body: '{"challenge":"abc-def"}',
    status: 200,
    answer: 'abc-def',
  },
  {
    id: 'statsig',
    isSigned: true,
    body: '{"data":{"event":"url_verification","verification_code":"c0de"}}',
    status: 200,
    answer: '{"verification_code":"c0de"}',
  },
  { id: 'woocommerce', body: 'webhook_id=12', status: 200, answer: '' },
  { id: 'mandrill', method: 'HEAD', status: 200, answer: '' },
  { id: 'mandrill', body: 'mandrill_events=%5B%5D', status: 200, answer: '' },
  { id: 'mailchimp', method: 'GET', status: 200, answer: '' },
  { id: 'nylas', method: 'GET', query: '?challenge=abc', status: 200, answer: 'abc' },
  { id: 'onfleet', method: 'GET', query: '?check=abc', status: 200, answer: 'abc' },
  {
    id: 'azure-event-grid',
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'a.example' },
    status: 200,
    answer: '',
  },
];

it.each(shakes)('$id answers its vendor ($method $query $body)', async (shake) => {
  const provider = providerOf(shake.id);
  const [scheme] = provider.schemes;
  if (scheme === undefined) throw new Error('no scheme');
  const { secret, privateKey } = await sampleOf(provider, scheme);
  const { method = 'POST', query = '', headers = {}, body = '' } = shake;
  const plain = { method, url: `https://box.example/hook${query}`, headers, body };
  const keys = privateKey === undefined ? {} : { privateKey };
  const signed = await signDelivery(provider, plain, { secret, now, ...keys });
  if (!signed.ok) throw new Error(signed.error);
  const unsigned = { ...plain, headers: new Headers(headers), body: new TextEncoder().encode(body) };
  const request = shake.isSigned === true ? signed.value : unsigned;
  expect(await verifyDelivery(provider, request, [secret], now)).toMatchObject({
    outcome: 'handshake',
    response: { status: shake.status, body: shake.answer },
  });
  // What has to be signed is no handshake without it.
  const bare = await verifyDelivery(provider, unsigned, [secret], now);
  expect(bare.outcome).toBe(shake.isSigned === true ? 'failed' : 'handshake');
});

describe('SNS', () => {
  const scheme = providerOf('aws-sns').schemes[2];
  const confirm = async (SubscribeURL: string) => {
    if (scheme === undefined) throw new Error('no scheme');
    const { secret, privateKey } = await sampleOf(providerOf('aws-sns'), scheme);
    if (privateKey === undefined) throw new Error('no key');
    const body = JSON.stringify({
      Type: 'SubscriptionConfirmation',
      MessageId: 'm',
      Message: 'You have chosen to subscribe.',
      Timestamp: now.toISOString(),
      Token: 't',
      TopicArn: 'sample-TopicArn',
      SignatureVersion: '1',
      SigningCertURL:
        'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
      SubscribeURL,
    });
    const url = 'https://box.example/hook';
    const signed = await signDelivery(providerOf('aws-sns'), { url, body }, { secret, privateKey, now }, 2);
    if (!signed.ok) throw new Error(signed.error);
    return verifyDelivery(providerOf('aws-sns'), signed.value, [secret], now);
  };

  it('a signed confirmation names the URL to visit', async () => {
    const visit = 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
    expect(await confirm(visit)).toMatchObject({ outcome: 'handshake', visit, response: { status: 200 } });
  });

  it.each(['https://evil.example/', 'http://sns.us-east-1.amazonaws.com/', 'http://169.254.169.254/'])(
    'even a signed confirmation never leads to %s',
    async (visit) => {
      expect(await confirm(visit)).toEqual({ outcome: 'failed', reason: 'untrusted-key-url' });
    },
  );
});
