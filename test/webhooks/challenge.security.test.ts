// Challenges: they are answered to those who may ask, and never become a signing oracle, an echo of markup, or a take-over.
import { describe, expect, it } from 'vitest';
import { verifyDelivery, type KeyRequest, type WebhookRequest } from '../../src/webhooks/index.ts';
import { judge, providerOf, textOf } from './judge.ts';
import { bytes, hex, hmacSha256, now, nowSeconds, post } from './request.ts';
import { sampleOf } from './sample.ts';
import { base64url, hs256, segment } from './token.ts';

const zoomBody = (plainToken: string) =>
  JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken }, event_ts: 1 });
const zoomRequest = async (body: string) =>
  post(
    {
      'x-zm-request-timestamp': nowSeconds,
      'x-zm-signature': `v0=${hex(await hmacSha256('s', `v0:${nowSeconds}:${body}`))}`,
    },
    body,
  );

const optionsRequest = (headers: Record<string, string>): WebhookRequest => ({
  method: 'OPTIONS',
  url: 'https://box.example/hook',
  headers: new Headers(headers),
  body: new Uint8Array(),
});

describe('challenges are no signing oracle', () => {
  it("Zoom's is answered only when it is signed, and only for an opaque token", async () => {
    expect(await judge('zoom', post({}, zoomBody('abc')), ['s'])).toBe('missing-signature');
    expect(await judge('zoom', await zoomRequest(zoomBody('abc')), ['s'])).toBe('handshake');
    const forged = zoomBody(`v0:${nowSeconds}:{"event":"meeting.ended"}`);
    expect(await verifyDelivery(providerOf('zoom'), await zoomRequest(forged), ['s'], now)).toMatchObject({
      response: { status: 400, body: '' },
    });
  });

  it.each([
    ['x', 'crc_token'],
    ['linkedin', 'challengeCode'],
    ['ebay', 'challenge_code'],
    ['dropbox', 'challenge'],
    ['nylas', 'challenge'],
    ['onfleet', 'check'],
    ['meta', 'hub.mode=subscribe&hub.verify_token=s&hub.challenge'],
    ['braintree', 'bt_challenge'],
  ])('%s answers nothing to a challenge that could be a body', async (id, parameter) => {
    for (const challenge of ['{"a":1}', '<script>alert(1)</script>', 'a b', 'a'.repeat(513)]) {
      const url = `https://box.example/hook?${parameter}=${encodeURIComponent(challenge)}`;
      const request = { method: 'GET', url, headers: new Headers(), body: new Uint8Array() };
      expect(await verifyDelivery(providerOf(id), request, ['s'], now)).toMatchObject({
        outcome: 'handshake',
        response: { status: 400, body: '' },
      });
    }
  });

  it("what Braintree's challenge signs is no payload", async () => {
    const challenge = 'a'.repeat(20);
    const request = {
      method: 'GET',
      url: `https://box.example/hook?bt_challenge=${challenge}`,
      headers: new Headers(),
      body: new Uint8Array(),
    };
    const secret = { publicKey: 'pub', privateKey: 'priv' };
    const verdict = await verifyDelivery(providerOf('braintree'), request, [secret], now);
    if (verdict.outcome !== 'handshake') throw new Error('no handshake');
    expect(verdict.response.body).toMatch(/^pub\|[0-9a-f]{40}$/);
    const form = new URLSearchParams({
      bt_signature: verdict.response.body,
      bt_payload: challenge,
    }).toString();
    const replay = post({ 'content-type': 'application/x-www-form-urlencoded' }, form);
    expect(await judge('braintree', replay, [secret])).toBe('missing-part');
  });

  it.each([
    ['twitch', { 'twitch-eventsub-message-type': 'webhook_callback_verification' }, '{"challenge":"abc"}'],
    ['statsig', {}, '{"data":{"event":"url_verification","verification_code":"abc"}}'],
    ['front', { 'x-front-challenge': 'abc' }, '{}'],
  ])('%s echoes nothing unsigned once the source has a secret', async (id, headers, body) => {
    expect(await judge(id, post(headers, body), ['s'])).toBe('missing-signature');
    expect(await judge(id, post(headers, body), [])).toBe('handshake');
  });

  it('echoes are plain text that no browser sniffs', async () => {
    const url = 'https://box.example/hook?validationToken=a%20b';
    const verdict = await verifyDelivery(providerOf('microsoft-graph'), { ...post({}, ''), url }, [], now);
    expect(verdict).toMatchObject({
      response: { headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' } },
    });
    const markup = { ...post({}, ''), url: 'https://box.example/hook?validationToken=%3Cb%3E' };
    expect(await verifyDelivery(providerOf('microsoft-graph'), markup, [], now)).toMatchObject({
      response: { status: 400 },
    });
  });
});

describe('secrets that arrive in a handshake', () => {
  it.each([
    ['asana', { 'x-hook-secret': 'not-a-real-hook-secret' }, '{}', 'not-a-real-hook-secret'],
    ['notion', {}, '{"verification_token":"secret_not_real"}', 'secret_not_real'],
  ])("%s's is captured once", async (id, headers, body, captured) => {
    expect(await verifyDelivery(providerOf(id), post(headers, body), [], now)).toMatchObject({
      outcome: 'handshake',
      capturedSecret: captured,
    });
    expect(await judge(id, post(headers, body), ['the-first-one'])).toBe('already-paired');
  });

  it("Atlassian's is captured only from an installation that Atlassian signed", async () => {
    const body = '{"eventType":"installed","sharedSecret":"not-a-real-shared-secret"}';
    const ports = { fetchKey: () => Promise.resolve({ status: 404, body: '' }) };
    for (const headers of [
      {},
      { authorization: 'JWT a.b.c' },
      { authorization: `JWT ${await hs256({}, 'public')}` },
    ]) {
      const verdict = await verifyDelivery(providerOf('jira-connect'), post(headers, body), [], now, ports);
      expect(verdict).toMatchObject({ outcome: 'failed' });
    }
  });
});

describe("Atlassian's installation", () => {
  const endpoint = 'https://box.example/v1/hooks/jira';
  const body = '{"eventType":"installed","clientKey":"c","sharedSecret":"not-a-real-shared-secret"}';

  async function install(aud: string, kid: string): Promise<string> {
    const provider = providerOf('kinde');
    const { secret, privateKey } = await sampleOf(provider, provider.schemes[0]!);
    if (privateKey === undefined) throw new Error('no key');
    const qsh = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes('POST&/v1/hooks/jira&'))));
    const iat = Number(nowSeconds);
    const signed = `${segment({ alg: 'RS256', kid })}.${segment({ aud, qsh, iat, exp: iat + 60 })}`;
    const signature = new Uint8Array(
      await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, bytes(signed)),
    );
    const token = `${signed}.${base64url(signature)}`;
    const ports = {
      fetchKey: ({ url }: KeyRequest) =>
        Promise.resolve({
          status: url === `https://connect-install-keys.atlassian.com/${kid}` ? 200 : 404,
          body: textOf(secret),
        }),
    };
    const request = post({ authorization: `JWT ${token}` }, body, endpoint);
    const verdict = await verifyDelivery(providerOf('jira-connect'), request, [], now, ports);
    if (verdict.outcome === 'handshake') return verdict.capturedSecret ?? '';
    return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
  }

  it.each(['https://box.example', 'https://box.example/v1', endpoint])(
    'for %s hands over the secret',
    async (aud) => {
      expect(await install(aud, 'install-key')).toBe('not-a-real-shared-secret');
    },
  );

  it.each(['https://evil.example', 'https://box.example.evil.example', 'https://box', 'https://', ''])(
    'of another app, for "%s", does not',
    async (aud) => {
      expect(await install(aud, 'install-key')).toBe('claim-mismatch');
    },
  );

  it('names its key by an id that is no path', async () => {
    expect(await install('https://box.example', '../elsewhere')).toBe('unknown-key');
  });
});

describe('CloudEvents handshakes', () => {
  it('without an origin there is no consent', async () => {
    expect(await judge('cloudevents', optionsRequest({}), ['s'])).not.toBe('handshake');
  });

  it('the callback is not fetched', async () => {
    const asked: string[] = [];
    const ports = {
      fetchKey: (request: KeyRequest) => {
        asked.push(request.url);
        return Promise.resolve({ status: 200, body: '' });
      },
    };
    const headers = {
      'webhook-request-origin': 'e.example',
      'webhook-request-callback': 'http://169.254.169.254/',
    };
    const verdict = await verifyDelivery(providerOf('cloudevents'), optionsRequest(headers), [], now, ports);
    expect(verdict).toMatchObject({ outcome: 'handshake', response: { status: 200 } });
    expect(asked).toEqual([]);
  });
});
