// Security: forgeries, replays, confusions and floods, each with the answer that is safe.
import { describe, expect, it } from 'vitest';
import {
  genericProvider,
  providers,
  readEvents,
  signDelivery,
  verifyDelivery,
  type KeyRequest,
  type Provider,
  type Secret,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import {
  base64,
  bytes,
  flipBit,
  hex,
  hmacSha256,
  now,
  nowSeconds,
  post,
  withBody,
  withHeader,
} from './request.ts';
import { sampleOf } from './sample.ts';

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

async function judge(id: string, request: WebhookRequest, secrets: Secret[], at = now): Promise<string> {
  const verdict = await verifyDelivery(providerOf(id), request, secrets, at);
  return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
}

async function signedBy(
  id: string,
  body: string,
  secret: Secret,
  deliveryId = 'msg_1',
): Promise<WebhookRequest> {
  const delivery = { url: 'https://box.example/v1/hooks/shop', body };
  const signed = await signDelivery(providerOf(id), delivery, { secret, now, id: deliveryId });
  if (!signed.ok) throw new Error(signed.error);
  return signed.value;
}

const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const standard = await signedBy('standardwebhooks', '{"type":"a"}', whsec);
const standardSignature = standard.headers.get('webhook-signature') ?? '';

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

const certificate = (index: number) =>
  `https://sns.eu-west-${index}.amazonaws.com/SimpleNotificationService-${hex(new Uint8Array(16).fill(index))}.pem`;
const snsMessage = (SigningCertURL: string) => ({
  Type: 'Notification',
  MessageId: 'm',
  TopicArn: 'arn',
  Message: 'hello',
  Timestamp: now.toISOString(),
  SignatureVersion: '2',
  Signature: base64(new Uint8Array(256)),
  SigningCertURL,
});

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

  it('a weaker legacy header alone is no signature', async () => {
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

  it('Stripe with two times is ambiguous', async () => {
    const mac = hex(await hmacSha256('s', `${nowSeconds}.{}`));
    const request = post({ 'stripe-signature': `t=1,t=${nowSeconds},v1=${mac}` }, '{}');
    expect(await judge('stripe', request, ['s'])).toBe('malformed-signature');
    const doubled = post({ 'stripe-signature': `t=${nowSeconds},v1=${mac}, t=1,v1=00` }, '{}');
    expect(await judge('stripe', doubled, ['s'])).toBe('malformed-signature');
  });

  it("Slack's colons can't be moved between time and body", async () => {
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

describe('timestamps', () => {
  it.each([
    ['1700000000', 'verified'],
    ['1700000000000', 'malformed-timestamp'],
    ['1700000000abc', 'malformed-timestamp'],
    ['1700000000.0', 'malformed-timestamp'],
    ['1.7e9', 'malformed-timestamp'],
    ['+1700000000', 'malformed-timestamp'],
    ['0x6553f100', 'malformed-timestamp'],
    ['-1', 'malformed-timestamp'],
    ['9'.repeat(400), 'malformed-timestamp'],
    ['', 'missing-timestamp'],
  ])('a validly signed time "%.20s" is %s', async (stamp, judgement) => {
    const secret = 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    const key = await crypto.subtle.importKey(
      'raw',
      Uint8Array.from(atob(secret), (character) => character.charCodeAt(0)),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(`m.${stamp}.{}`)));
    const headers = {
      'webhook-id': 'm',
      'webhook-timestamp': stamp,
      'webhook-signature': `v1,${base64(mac)}`,
    };
    expect(await judge('standardwebhooks', post(headers, '{}'), [secret])).toBe(judgement);
  });

  it('a missing time is missing', async () => {
    expect(
      await judge('standardwebhooks', withHeader(standard, 'webhook-timestamp', undefined), [whsec]),
    ).toBe('missing-timestamp');
  });

  it('an unsigned header is no clock: Linear is judged by its body', async () => {
    const old = JSON.stringify({ type: 'Issue', action: 'create', webhookTimestamp: now.getTime() - 61_000 });
    const headers = {
      'linear-signature': hex(await hmacSha256('s', old)),
      'linear-timestamp': String(now.getTime()),
    };
    expect(await judge('linear', post(headers, old), ['s'])).toBe('stale-timestamp');
  });
});

describe('confusion of schemes and keys', () => {
  it('a MAC made with a public key under the asymmetric label is refused', async () => {
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
    const signature = base64(
      new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, bytes(signed))),
    );
    const token = `${signed}.${signature.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
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

describe('published keys', () => {
  it.each([
    'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
    'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
    'https://evil.example/?sns.us-east-1.amazonaws.com/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
    'https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
    'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
    'https://sns.us-east-1.amazonaws.com/latest/meta-data/x.pem',
    'https://169.254.169.254/SimpleNotificationService-00112233445566778899aabbccddeeff.pem',
    'file:///etc/passwd',
    'not a url',
  ])('%.70s is never fetched', async (address) => {
    const asked: string[] = [];
    const ports = {
      fetchKey: (request: KeyRequest) => {
        asked.push(request.url);
        return Promise.resolve({ status: 200, body: '' });
      },
    };
    const request = post({}, JSON.stringify(snsMessage(address)));
    expect(await verifyDelivery(providerOf('aws-sns'), request, ['arn'], now, ports)).toEqual({
      outcome: 'failed',
      reason: 'untrusted-key-url',
    });
    expect(asked).toEqual([]);
  });

  it('a flood of forgeries that name new keys costs twenty fetches a minute', async () => {
    let asked = 0;
    const ports = {
      fetchKey: () => {
        asked += 1;
        return Promise.resolve({ status: 404, body: '' });
      },
    };
    for (let index = 0; index < 100; index += 1) {
      const address = certificate(1).replace(/.{2}\.pem$/, `${hex(new Uint8Array([index]))}.pem`);
      const request = post({}, JSON.stringify(snsMessage(address)));
      expect(await verifyDelivery(providerOf('aws-sns'), request, ['arn'], now, ports)).toEqual({
        outcome: 'failed',
        reason: 'key-unavailable',
      });
    }
    expect(asked).toBe(20);
  });

  it('a key is fetched once, and outlives an outage of a day but not more', async () => {
    const provider = providerOf('kinde');
    const { secret, privateKey } = await sampleOf(provider, provider.schemes[0]!);
    if (privateKey === undefined) throw new Error('no key');
    const jwk = await publicJwk(textOf(secret));
    let asked = 0;
    let isDown = false;
    const ports = {
      fetchKey: () => {
        asked += 1;
        if (isDown) throw new TypeError('the network is down');
        return Promise.resolve({
          status: 200,
          body: JSON.stringify({ keys: [{ ...jwk, kid: 'sample-key' }] }),
        });
      },
    };
    const judgeAt = async (hours: number): Promise<string> => {
      const at = new Date(now.getTime() + hours * 3_600_000);
      const delivery = { url: 'https://box.example/hook', body: '{"type":"user.created"}' };
      const signed = await signDelivery(provider, delivery, { secret, privateKey, now: at });
      if (!signed.ok) throw new Error(signed.error);
      const verdict = await verifyDelivery(provider, signed.value, ['https://acme.kinde.com'], at, ports);
      return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
    };
    expect(await judgeAt(0)).toBe('verified');
    expect(await judgeAt(0.9)).toBe('verified');
    expect(asked).toBe(1);
    isDown = true;
    expect(await judgeAt(1.1)).toBe('verified');
    expect(await judgeAt(23)).toBe('verified');
    expect(await judgeAt(25)).toBe('key-unavailable');
    isDown = false;
    expect(await judgeAt(26)).toBe('verified');
  });

  it('an unknown key id asks again, once a minute', async () => {
    const provider = providerOf('kinde');
    const { secret, privateKey } = await sampleOf(provider, provider.schemes[0]!);
    if (privateKey === undefined) throw new Error('no key');
    const jwk = await publicJwk(textOf(secret));
    const known = ['old'];
    let asked = 0;
    const ports = {
      fetchKey: () => {
        asked += 1;
        return Promise.resolve({
          status: 200,
          body: JSON.stringify({ keys: known.map((kid) => ({ ...jwk, kid })) }),
        });
      },
    };
    const judgeAt = async (seconds: number, keyId: string): Promise<string> => {
      const at = new Date(now.getTime() + seconds * 1000);
      const delivery = { url: 'https://box.example/hook', body: '{"type":"user.created"}' };
      const signed = await signDelivery(provider, delivery, { secret, privateKey, now: at, keyId });
      if (!signed.ok) throw new Error(signed.error);
      const verdict = await verifyDelivery(provider, signed.value, ['https://rotating.kinde.com'], at, ports);
      return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
    };
    expect(await judgeAt(0, 'old')).toBe('verified');
    for (let seconds = 1; seconds < 30; seconds += 1)
      expect(await judgeAt(seconds, 'forged')).toBe('unknown-key');
    known.push('new');
    expect(await judgeAt(31, 'new')).toBe('unknown-key');
    expect(asked).toBe(1);
    expect(await judgeAt(61, 'new')).toBe('verified');
    expect(asked).toBe(2);
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

it('a replay under a changed time is no match', async () => {
  const late = withHeader(standard, 'webhook-timestamp', String(Number(nowSeconds) + 600));
  expect(await judge('standardwebhooks', late, [whsec], new Date(now.getTime() + 600_000))).toBe('no-match');
  expect(await judge('standardwebhooks', withBody(standard, flipBit(standard.body)), [whsec])).toBe(
    'no-match',
  );
});

/** `text` with its last letter replaced by the next of the alphabet: for base64 tails that says the same bytes. */
function nextTail(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const at = text.search(/[A-Za-z0-9]=*$/);
  const next = alphabet[(alphabet.indexOf(text[at] ?? 'A') + 1) % alphabet.length];
  return `${text.slice(0, at)}${next}${text.slice(at + 1)}`;
}

function textOf(secret: Secret): string {
  if (typeof secret !== 'string') throw new Error('a secret of parts');
  return secret;
}

function segment(value: unknown): string {
  return base64(bytes(JSON.stringify(value)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

async function hs256(claims: unknown, secret: string): Promise<string> {
  const signed = `${segment({ alg: 'HS256', typ: 'JWT' })}.${segment(claims)}`;
  const mac = base64(await hmacSha256(secret, signed));
  return `${signed}.${mac.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

async function publicJwk(pem: string): Promise<JsonWebKey> {
  const der = Uint8Array.from(atob(pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')), (character) =>
    character.charCodeAt(0),
  );
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('spki', der, algorithm, true, ['verify']);
  const jwk = await crypto.subtle.exportKey('jwk', key);
  if (jwk instanceof ArrayBuffer) throw new Error('no JWK');
  return { kty: jwk.kty, n: jwk.n ?? '', e: jwk.e ?? '' };
}

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
