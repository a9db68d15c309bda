// What the log says is wrong with a rejected delivery: each thing that goes wrong in practice, and never the signature that would be right.
import { describe, expect, it } from 'vitest';
import { providers, signDelivery } from '../../src/webhooks/index.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { origin } from './box.ts';
import {
  makeLogBox,
  newest,
  otherSecret,
  readDelivery,
  shopSecret,
  start,
  stopClock,
} from './delivery-box.ts';

stopClock();

interface Received {
  readonly provider?: string;
  readonly publicUrl?: string;
  readonly headers: Record<string, string> | Headers;
  readonly body: string;
  readonly query?: string;
}

/** Sends a delivery that must be refused, and gives what the log says of it. */
async function diagnosed({ provider = 'github', publicUrl = '', headers, body, query = '' }: Received) {
  const { api, post } = makeLogBox({ provider }, 'all', { publicUrl });
  expect((await post({ headers, body }, query)).status).toBe(401);
  const { diagnosis, text } = await readDelivery(api, await newest(api));
  return { diagnosis, text };
}

const signGitHub = async (body: string, key = shopSecret) => ({
  'X-Hub-Signature-256': `sha256=${hex(await hmacSha256(key, body))}`,
});

/** The headers of a delivery as its vendor signs it for a URL. */
async function signFor(url: string, provider: string, body: string): Promise<Headers> {
  const recipe = providers[provider];
  if (recipe === undefined) throw new Error(`no provider ${provider}`);
  const type = provider === 'twilio' ? 'application/x-www-form-urlencoded' : 'application/json';
  const request = { method: 'POST', url, headers: { 'Content-Type': type }, body };
  const made = await signDelivery(recipe, request, { secret: shopSecret, now: new Date(), id: 'fake-1' });
  if (!made.ok) throw new Error(made.error);
  return made.value.headers;
}

describe('a wrong secret', () => {
  it('is named where it is another of the box', async () => {
    const { diagnosis } = await diagnosed({ headers: await signGitHub('{}', otherSecret), body: '{}' });
    expect(diagnosis).toEqual([
      { kind: 'wrong-secret', detail: expect.stringContaining('OTHER_SECRET'), secret: 'OTHER_SECRET' },
    ]);
  });

  it('is not where the box does not know it', async () => {
    const { diagnosis } = await diagnosed({ headers: await signGitHub('{}', 'fake-unknown'), body: '{}' });
    expect(diagnosis).toEqual([{ kind: 'wrong-secret', detail: expect.any(String) }]);
  });
});

describe('a body that was written anew', () => {
  it.each([
    ['{"a":1,"b":"x"}', '{ "a": 1, "b": "x" }'],
    ['{"a": 1, "b": "x"}', '{"a":1,"b":"x"}'],
    ['{"a":1}\n', '{"a":1}'],
    ['{\r\n"a":1}', '{\n"a":1}'],
    ['{"a":"\\u00e9"}', '{"a":"é"}'],
    ['{"a":"\\/"}', '{"a":"/"}'],
  ])('is told: %j came as %j', async (sent, came) => {
    const { diagnosis } = await diagnosed({ headers: await signGitHub(sent), body: came });
    expect(diagnosis).toEqual([{ kind: 'body-re-encoded', detail: expect.any(String) }]);
  });

  it('is not taken for one where a value differs', async () => {
    const { diagnosis } = await diagnosed({ headers: await signGitHub('{"a":1}'), body: '{"a":2}' });
    expect(diagnosis).toMatchObject([{ kind: 'wrong-secret' }]);
  });
});

describe('another hash', () => {
  it.each(['SHA-1', 'SHA-384', 'SHA-512'])('is told: %s', async (hash) => {
    const encoder = new TextEncoder();
    const algorithm = { name: 'HMAC', hash };
    const key = await crypto.subtle.importKey('raw', encoder.encode(shopSecret), algorithm, false, ['sign']);
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode('{}')));
    const headers = { 'X-Hub-Signature-256': `sha256=${hex(mac)}` };
    const { diagnosis } = await diagnosed({ headers, body: '{}' });
    expect(diagnosis).toEqual([{ kind: 'wrong-hash', detail: expect.stringContaining(hash), hash }]);
  });
});

describe('a wrong clock', () => {
  it.each([-301, 301])('is told by how much: %d s', async (skew) => {
    const seconds = String(start / 1000 + skew);
    const mac = hex(await hmacSha256(shopSecret, `v0:${seconds}:{}`));
    const headers = { 'X-Slack-Request-Timestamp': seconds, 'X-Slack-Signature': `v0=${mac}` };
    const { diagnosis, text } = await diagnosed({ provider: 'slack', headers, body: '{}' });
    expect(diagnosis).toEqual([{ kind: 'clock-skew', detail: expect.any(String), skewSeconds: skew }]);
    // The signature is a right one: it is not for taking away.
    expect(text).not.toContain(mac);
  });
});

const bodies: Readonly<Record<string, string>> = {
  twilio: 'MessageSid=SMfake&MessageStatus=sent',
  square: '{"event_id":"fake","type":"payment.created"}',
  hubspot: '[{"eventId":1,"subscriptionId":2,"subscriptionType":"contact.creation"}]',
};

describe.each(Object.entries(bodies))('another URL, which %s signs', (provider, body) => {
  const path = '/v1/hooks/shop';
  const elsewhere = 'https://hooks.example';

  it.each([
    ['by its public URL', elsewhere, {}],
    ['by a proxy’s X-Forwarded-Host', '', { 'X-Forwarded-Host': 'hooks.example' }],
    ['by a proxy’s X-Original-Host', '', { 'X-Original-Host': 'hooks.example' }],
  ])('is told where the box knows its host %s', async (_how, publicUrl, more) => {
    const headers = await signFor(`${elsewhere}${path}`, provider, body);
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    const { diagnosis } = await diagnosed({ provider, publicUrl, headers, body });
    expect(diagnosis).toEqual([
      { kind: 'url-mismatch', detail: expect.any(String), url: `${elsewhere}${path}` },
    ]);
  });

  it.each([`${origin}${path}/`, `http://box.example${path}`])('is told: %s', async (url) => {
    const headers = await signFor(url, provider, body);
    const { diagnosis } = await diagnosed({ provider, headers, body });
    expect(diagnosis).toEqual([{ kind: 'url-mismatch', detail: expect.any(String), url }]);
  });

  it('is hinted at where its host is not known', async () => {
    const headers = await signFor(`${elsewhere}${path}`, provider, body);
    const { diagnosis } = await diagnosed({ provider, headers, body });
    expect(diagnosis).toEqual([
      { kind: 'wrong-secret', detail: expect.stringContaining('The vendor signs its URL') },
    ]);
  });

  it('is told without the token of its query, and without the signature that would be right', async () => {
    const query = '?token=fake-query-token';
    const headers = await signFor(`${elsewhere}${path}${query}`, provider, body);
    const right = await signFor(`${origin}${path}${query}`, provider, body);
    const { diagnosis, text } = await diagnosed({ provider, publicUrl: elsewhere, headers, body, query });
    expect(diagnosis).toMatchObject([{ kind: 'url-mismatch', url: `${elsewhere}${path}?token=-` }]);
    expect(text).not.toContain('fake-query-token');
    for (const [name, value] of right) if (/signature/.test(name)) expect(text).not.toContain(value);
  });
});

describe('the signature that would be right is in no diagnosis', () => {
  it.each([
    ['of a wrong secret', otherSecret, '{}'],
    ['of an unknown secret', 'fake-unknown', '{}'],
    ['of a body written anew', shopSecret, '{ }'],
  ])('%s', async (_what, key, sent) => {
    const { text } = await diagnosed({ headers: await signGitHub(sent, key), body: '{}' });
    expect(text).toContain('"diagnosis"');
    expect(text).not.toContain(hex(await hmacSha256(shopSecret, '{}')));
    expect(text).not.toContain(hex(await hmacSha256(otherSecret, '{}')));
    expect(text).not.toContain(hex(await hmacSha256(key, sent)));
  });
});

it('a delivery without a signature is told to have none', async () => {
  const { diagnosis } = await diagnosed({ headers: {}, body: '{}' });
  expect(diagnosis).toEqual([{ kind: 'unexplained', detail: expect.stringContaining('no signature') }]);
});

it('a secret that has expired is named for what it signed too late', async () => {
  const until = new Date(start - 1).toISOString();
  const { api, post } = makeLogBox({ secrets: ['SHOP_SECRET', { name: 'WHSEC_SECRET', until }] });
  const key = `whsec_${btoa(shopSecret)}`;
  await post({ headers: await signGitHub('{}', key), body: '{}' });
  const { diagnosis } = await readDelivery(api, await newest(api));
  expect(diagnosis).toMatchObject([{ kind: 'wrong-secret', secret: 'WHSEC_SECRET' }]);
});

it('a genuine delivery has no diagnosis', async () => {
  const { api, send } = makeLogBox();
  const { id } = await send(1);
  expect((await readDelivery(api, id)).diagnosis).toBeUndefined();
});
