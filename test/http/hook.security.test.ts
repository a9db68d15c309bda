// A forged delivery gets one and the same 401, reaches no object, and starts nothing. What is genuine is signed by the vendors'
// own SDKs where there is one.
import { sign as signGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { steps } from '../fixture/workflow.ts';
import { base64, changeMiddle, flipBit, hex, hmacSha256 } from '../webhooks/request.ts';
import { boxOf, commonHeaders, headersOf, problemOf, type Sent } from './box.ts';

/** What `SHOP_SECRET` of the tests' box is; its `WHSEC_SECRET` is the same in base64. */
const secret = 'fake-shop-secret-0123';
const body = JSON.stringify({ id: 'fake-event', note: 'Ünïcödé ✓' });
const seconds = String(Math.floor(Date.now() / 1000));

interface Sample {
  readonly provider: string;
  /** The header with the signature. */
  readonly signature: string;
  /** The header with the signed time. */
  readonly time?: string;
  /** What the vendor sends that holds this secret. */
  readonly sign: (key: string) => Promise<Readonly<Record<string, string>>>;
}

const samples: readonly Sample[] = [
  {
    provider: 'github',
    signature: 'X-Hub-Signature-256',
    sign: async (key) => ({ 'X-Hub-Signature-256': await signGitHub(key, body), 'X-GitHub-Event': 'push' }),
  },
  {
    provider: 'stripe',
    signature: 'Stripe-Signature',
    time: 'Stripe-Signature',
    sign: async (key) => ({
      'Stripe-Signature': await Stripe.webhooks.generateTestHeaderStringAsync({
        payload: body,
        secret: key,
        timestamp: Number(seconds),
        cryptoProvider: Stripe.createSubtleCryptoProvider(),
      }),
    }),
  },
  {
    provider: 'standardwebhooks',
    signature: 'webhook-signature',
    time: 'webhook-timestamp',
    sign: async (key) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': new Webhook(btoa(key)).sign('msg_1', new Date(Number(seconds) * 1000), body),
    }),
  },
  {
    provider: 'shopify',
    signature: 'X-Shopify-Hmac-Sha256',
    sign: async (key) => ({
      'X-Shopify-Hmac-Sha256': base64(await hmacSha256(key, body)),
      'X-Shopify-Topic': 'orders/create',
    }),
  },
  {
    provider: 'slack',
    signature: 'X-Slack-Signature',
    time: 'X-Slack-Request-Timestamp',
    sign: async (key) => ({
      'X-Slack-Request-Timestamp': seconds,
      'X-Slack-Signature': `v0=${hex(await hmacSha256(key, `v0:${seconds}:${body}`))}`,
    }),
  },
  {
    provider: 'generic',
    signature: 'X-Signature',
    sign: async (key) => ({ 'X-Signature': hex(await hmacSha256(key, body)) }),
  },
];

const signedSamples = await Promise.all(
  samples.map(async (sample) => ({ ...sample, headers: await sample.sign(secret) })),
);
const shopifyHeaders = signedSamples.find(({ provider }) => provider === 'shopify')?.headers ?? {};

/** What becomes of every forgery: the same 401 to the byte, and no object hears of it. */
const forgedProblem = {
  type: 'https://signalbox.dev/problems/not-genuine',
  title: 'Not genuine',
  status: 401,
  detail: 'The delivery could not be proved to come from the source.',
  instance: '/v1/hooks/shop',
  requestId: 'fake-request',
};

const forged = {
  status: 401,
  headers: {
    ...commonHeaders,
    'content-type': 'application/problem+json',
    'www-authenticate': 'Signature realm="signalbox"',
  },
  text: JSON.stringify(forgedProblem),
  reached: 0,
};

describe.each(signedSamples)('$provider', ({ provider, signature, time, headers, sign }) => {
  const { ask, reached } = boxOf({
    sources: [{ name: 'shop', provider }],
    listeners: [[steps, { source: 'shop', map: () => ({ count: 1 }) }]],
  });

  async function send(sent: Sent): Promise<Response> {
    return ask('/v1/hooks/shop', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'fake-request', ...sent.headers },
      body: sent.body,
    });
  }

  /** What becomes of a delivery, and how many objects it reached. */
  async function judged(sent: Sent) {
    const before = reached.length;
    const response = await send(sent);
    return {
      status: response.status,
      headers: headersOf(response),
      text: await response.text(),
      reached: reached.length - before,
    };
  }

  const valueOf = (name: string) => headers[name] ?? '';
  const changed = (name: string, value: string): Sent => ({ headers: { ...headers, [name]: value }, body });

  it('what the vendor signs is accepted', async () => {
    expect((await send({ headers, body })).status).toBe(202);
    expect(reached).toEqual(['steps/0']);
  });

  it('one bit of the body', async () => {
    const bytes = new TextEncoder().encode(body);
    for (let at = 0; at < bytes.length; at += 9)
      expect(await judged({ headers, body: flipBit(bytes, at) })).toEqual(forged);
  });

  it('one character of the signature (WH-03)', async () => {
    expect(await judged(changed(signature, changeMiddle(valueOf(signature))))).toEqual(forged);
  });

  it('another secret (WH-35)', async () => {
    expect(await judged({ headers: await sign('fake-other-secret-0123'), body })).toEqual(forged);
  });

  it.each([
    ['none', ''],
    ['too short a signature (WH-05)', 'v1,YQ=='],
    ['no encoding at all (WH-07)', 'v1,!!!!'],
    ['the prefix alone', 'sha256='],
    ['a thousand signatures (WH-12)', 'v1,eA== '.repeat(1000).trim()],
    ['8 KB', 'f'.repeat(8192)],
    ['what JavaScript inherits', 'constructor=__proto__'],
  ])('%s', async (_, value) => {
    expect(await judged(changed(signature, value))).toEqual(forged);
  });

  it('no signature at all', async () => {
    const { [signature]: _, ...rest } = headers;

    expect(await judged({ headers: rest, body })).toEqual(forged);
  });

  it('two signatures, of which the first is wrong, as a repeated header arrives (WH-13)', async () => {
    expect(
      await judged(changed(signature, `${changeMiddle(valueOf(signature))}, ${valueOf(signature)}`)),
    ).toEqual(forged);
  });

  it.runIf(time !== undefined)('another time than the one that was signed', async () => {
    const name = time ?? '';

    expect(await judged(changed(name, valueOf(name).replace(seconds, String(Number(seconds) + 1))))).toEqual(
      forged,
    );
  });

  it('is judged before the body is read as JSON: what is forged and broken is a 401', async () => {
    expect(await judged({ headers, body: '{' })).toEqual(forged);
    expect(await judged({ headers, body: '['.repeat(100_000) })).toEqual(forged);
    expect(await judged({ headers: { ...headers, 'Content-Type': 'text/xml' }, body: '<a/>' })).toEqual(
      forged,
    );
  });

  it.each([
    { 'X-HTTP-Method-Override': 'GET' },
    { 'X-Forwarded-For': '127.0.0.1', 'CF-Connecting-IP': '127.0.0.1', Forwarded: 'for=127.0.0.1' },
    { Authorization: `Bearer ${secret}` },
  ])('no other header helps: %j (HT-07, HT-08)', async (more) => {
    const forgery = { ...headers, ...more, [signature]: changeMiddle(valueOf(signature)) };

    expect(await judged({ headers: forgery, body })).toEqual(forged);
  });
});

describe('two sources', () => {
  it('do not take each other’s deliveries, though they have the same secret', async () => {
    const { ask, reached } = boxOf({
      sources: [
        { name: 'shop', provider: 'shopify' },
        { name: 'code', provider: 'github' },
      ],
      listeners: [[steps, { source: 'code', map: () => ({ count: 1 }) }]],
    });
    const response = await ask('/v1/hooks/code', { method: 'POST', headers: shopifyHeaders, body });

    await problemOf(response, 401, 'not-genuine');
    expect(reached).toEqual([]);
  });
});

it('a signature in the query is none', async () => {
  const { ask } = boxOf({ sources: [{ name: 'shop', provider: 'generic' }] });
  const query = `?X-Signature=${hex(await hmacSha256(secret, body))}`;
  const problem = await problemOf(
    await ask(`/v1/hooks/shop${query}`, { method: 'POST', body }),
    401,
    'not-genuine',
  );

  expect(problem.instance).toBe('/v1/hooks/shop');
});
