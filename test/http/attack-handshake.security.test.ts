// Handshakes of every vendor that has them, as an attacker would use them: to be answered without proof, to have something signed, to
// have markup sent back, to have an address fetched, to take a source over.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { providers, type Provider, type Secret } from '../../src/webhooks/index.ts';
import type { Handshake } from '../../src/webhooks/provider.ts';
import { Draft } from '../../src/webhooks/sign/draft.ts';
import { steps } from '../fixture/workflow.ts';
import { sampleOf } from '../webhooks/sample.ts';
import { boxOf, headersOf, origin, problemOf } from './box.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

interface Shake {
  readonly name: string;
  readonly provider: Provider;
  readonly handshake: Handshake;
}

const shakes: readonly Shake[] = Object.values(providers).flatMap((provider) =>
  (provider.handshakes ?? []).map((handshake) => ({
    name: `${provider.id} by ${handshake.method ?? 'POST'}`,
    provider,
    handshake,
  })),
);

/** The request that the handshake is, with this challenge, and without any proof. */
function requestOf({ handshake }: Shake, challenge: string): { path: string; init: RequestInit } {
  const { method = 'POST', when } = handshake;
  const isForm = when.some(({ at }) => at.startsWith('{form:'));
  const draft = new Draft({
    method,
    url: `${origin}/v1/hooks/shop`,
    headers: new Headers({
      'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'X-Request-Id': 'fake-request',
    }),
    body: new TextEncoder().encode(isForm || method !== 'POST' ? '' : '{}'),
  });
  for (const { at, equals, oneOf, absent } of when) {
    if (absent !== true && at !== handshake.challenge) draft.write(at, equals ?? oneOf?.[0] ?? 'sample');
  }
  if (handshake.challenge !== undefined) draft.write(handshake.challenge, challenge);
  const body = draft.body.byteLength === 0 ? {} : { body: draft.body };
  return {
    path: draft.url.slice(origin.length),
    init: { method, headers: draft.headers, ...(['GET', 'HEAD'].includes(method) ? {} : body) },
  };
}

/** A box whose source `shop` has the vendor's secret, and all that it has been made to fetch. */
async function makeBox({ provider }: Shake, own?: Secret) {
  const [scheme] = provider.schemes;
  if (scheme === undefined) throw new Error('no scheme');
  const secret = own ?? (await sampleOf(provider, scheme)).secret;
  const fetched: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    fetched.push(new Request(input).url);
    return new Response(null, { status: 404 });
  });
  const box = boxOf({
    sources: [{ name: 'shop', provider: provider.id, secrets: ['SAMPLE_SECRET'] }],
    moreSecrets: { SAMPLE_SECRET: typeof secret === 'string' ? secret : JSON.stringify(secret) },
    listeners: [[steps, { source: 'shop', map: () => ({ count: 0 }) }]],
    fetchLink: async (url) => {
      fetched.push(url);
      return new Response();
    },
  });
  return { ...box, fetched };
}

const opaque = 'abcdef0123456789abcdef01';

describe('one that has to be proved', () => {
  const proved = shakes.filter(({ handshake: { genuine, captures } }) => genuine !== undefined || captures);

  it.each(proved)(
    '$name is the same 401 as any forgery without proof, once there is a secret',
    async (shake) => {
      const { ask, reached, fetched } = await makeBox(shake);
      const { path, init } = requestOf(shake, opaque);
      const response = await ask(path, init);
      const forged = await ask('/v1/hooks/shop', {
        method: 'POST',
        headers: { 'X-Request-Id': 'fake-request' },
        body: 'x',
      });

      expect(headersOf(response)).toEqual(headersOf(forged));
      expect(await response.clone().text()).toBe(await forged.text());
      await problemOf(response, 401, 'not-genuine');
      expect(reached).toEqual([]);
      expect(fetched.filter((url) => !url.startsWith('https://connect-install-keys.atlassian.com/'))).toEqual(
        [],
      );
    },
  );

  it('are those of the vendors that sign them, or show their secret after them', () => {
    expect(new Set(proved.map(({ provider }) => provider.id)).size).toBeGreaterThanOrEqual(15);
  });
});

describe('a challenge that is no opaque token', () => {
  const challenged = shakes.filter(({ handshake: { challenge } }) => challenge !== undefined);
  const hostile = [
    '<script>alert(1)</script>',
    '{"id":"evt_1","amount":1}',
    `v0:1700000000:{"event":"meeting.ended"}`,
    'a'.repeat(513),
    '"><img src=x>',
  ];

  it.each(challenged)('$name is neither sent back nor signed', async (shake) => {
    for (const challenge of hostile) {
      const { ask, reached } = await makeBox(shake);
      const { path, init } = requestOf(shake, challenge);
      const response = await ask(path, init);
      const text = `${JSON.stringify([...response.headers])}${await response.text()}`;

      expect([400, 401, 403]).toContain(response.status);
      expect(text).not.toContain(challenge);
      expect(text).not.toMatch(/[0-9a-f]{40}|[A-Za-z0-9+/]{43}=/);
      expect(reached).toEqual([]);
    }
  });

  it.each(challenged)('$name is answered with nothing that a browser would run', async (shake) => {
    const { ask } = await makeBox(shake);
    const { path, init } = requestOf(shake, opaque);
    const response = await ask(path, init);
    const type = response.headers.get('Content-Type');

    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
    expect(type === null || /^(?:text\/plain(?:;.*)?|application\/(?:problem\+)?json)$/.test(type)).toBe(
      true,
    );
  });
});

describe('the abuse protection of CloudEvents', () => {
  const shake = shakes.find(({ provider }) => provider.id === 'cloudevents');
  if (shake === undefined) throw new Error('no handshake');
  const options = (headers: Record<string, string>): RequestInit => ({ method: 'OPTIONS', headers });

  it('is consent to the origin that asks, at a rate of ours (WH-42)', async () => {
    const { ask } = await makeBox(shake);
    const response = await ask(
      '/v1/hooks/shop',
      options({ 'WebHook-Request-Origin': 'e.example', 'WebHook-Request-Rate': '120' }),
    );

    expect(response.status).toBe(200);
    expect(headersOf(response)).toMatchObject({
      allow: 'POST',
      'webhook-allowed-origin': 'e.example',
      'webhook-allowed-rate': '100',
    });
  });

  it.each([
    ['without an origin', {}],
    ['of a browser', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' }],
  ])(
    'is not answered to an OPTIONS %s: a plain one says which methods there are (WH-42)',
    async (_, headers) => {
      const { ask } = await makeBox(shake);
      const response = await ask('/v1/hooks/shop', options(headers));

      expect(response.status).toBe(204);
      expect(response.headers.get('Allow')).toBe('OPTIONS, POST');
      expect(
        [...response.headers.keys()].filter((name) => /^(?:webhook|access-control)-/.test(name)),
      ).toEqual([]);
    },
  );

  it.each([
    'http://169.254.169.254/',
    'https://e.example/confirm',
    'file:///etc/passwd',
    'https://box.example/healthz',
  ])('never has the callback %s fetched (WH-43)', async (callback) => {
    const { ask, settled, fetched } = await makeBox(shake);
    const headers = { 'WebHook-Request-Origin': 'e.example', 'WebHook-Request-Callback': callback };
    await ask('/v1/hooks/shop', options(headers));
    await settled();

    expect(fetched).toEqual([]);
  });

  it.each(['a b', '*', 'https://a.example', '"', 'a'.repeat(600)])(
    'is refused to the origin %j, which is no name',
    async (name) => {
      const { ask } = await makeBox(shake);
      const response = await ask('/v1/hooks/shop', options({ 'WebHook-Request-Origin': name }));

      expect(response.headers.get('WebHook-Allowed-Origin')).toBeNull();
    },
  );
});
