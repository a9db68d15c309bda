// Rules that vendors' documents and SDKs state without a fixed signature: what is signed is computed here, by their rule.
import { describe, expect, it } from 'vitest';
import { providers, verifyDelivery, type Secret } from '../../src/webhooks/index.ts';
import { base64, bytes, hex, hmacSha256, now, nowSeconds } from './request.ts';

interface Received {
  readonly secret: Secret;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `verified`, `authenticated`, or why not. */
async function judge(id: string, { secret, url, headers, body }: Received): Promise<string> {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  const request = {
    method: 'POST',
    url: url ?? 'https://box.example/v1/hooks/rule',
    headers: new Headers(headers),
    body: bytes(body ?? '{}'),
  };
  const verdict = await verifyDelivery(provider, request, [secret], now);
  return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
}

async function hexMac(secret: string, text: string): Promise<string> {
  return hex(await hmacSha256(secret, text));
}

async function base64Mac(secret: string, text: string): Promise<string> {
  return base64(await hmacSha256(secret, text));
}

describe('Standard Webhooks as vendors send them', () => {
  const headersOf = (signature: string, name = 'webhook'): Record<string, string> => ({
    [`${name}-id`]: 'msg_1',
    [`${name}-timestamp`]: nowSeconds,
    [`${name}-signature`]: signature,
  });
  const signed = `msg_1.${nowSeconds}.{}`;

  // bigcommerce/docs, https-webhook-overview · polarsource/polar, server/polar/webhook/tasks.py
  it.each(['bigcommerce', 'polar'])('%s signs with the secret as it is, not decoded', async (id) => {
    const headers = headersOf(`v1,${await base64Mac('not-a-real-secret', signed)}`);
    expect(await judge(id, { secret: 'not-a-real-secret', headers })).toBe('verified');
  });

  // supabase/auth, internal/hooks/hookshttp
  it('Supabase Auth separates the signatures of several secrets by a comma and a space', async () => {
    const [genuine, other] = [await base64Mac('not-a-real-key', signed), await base64Mac('other', signed)];
    const secret = `v1,whsec_${btoa('not-a-real-key')}`;
    for (const value of [`v1,${genuine}`, `v1,${other}, v1,${genuine}`, `v1,${genuine}, v1,${other}`]) {
      expect(await judge('supabase-auth', { secret, headers: headersOf(value) })).toBe('verified');
    }
  });

  // recallai/sample-apps, verify_requests_from_recall
  it.each(['webhook', 'svix'])('Recall.ai may call its headers %s', async (name) => {
    const headers = headersOf(`v1,${await base64Mac('not-a-real-key', signed)}`, name);
    expect(await judge('recall-ai', { secret: `whsec_${btoa('not-a-real-key')}`, headers })).toBe('verified');
  });
});

// mercadopago/sdk-nodejs, src/utils/webhook; the vendor's documents put the id in lower case.
describe('Mercado Pago', () => {
  const receive = async (signedId: string, query: string, requestId?: string): Promise<string> => {
    const id = signedId === '' ? '' : `id:${signedId};`;
    const request = requestId === undefined ? '' : `request-id:${requestId};`;
    const signature = await hexMac('not-a-real-secret', `${id}${request}ts:1742505638683;`);
    return judge('mercado-pago', {
      secret: 'not-a-real-secret',
      url: `https://box.example/v1/hooks/rule${query}`,
      headers: {
        'x-signature': `ts=1742505638683,v1=${signature}`,
        ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      },
    });
  };

  it('signs an id in capitals as it is, or in lower case', async () => {
    expect(await receive('ORD01JQ', '?data.id=ORD01JQ', 'r-1')).toBe('verified');
    expect(await receive('ord01jq', '?data.id=ORD01JQ', 'r-1')).toBe('verified');
    expect(await receive('ord01jr', '?data.id=ORD01JQ', 'r-1')).toBe('no-match');
  });

  it('leaves out what is missing or empty', async () => {
    expect(await receive('', '', 'r-1')).toBe('verified');
    expect(await receive('', '?data.id=', 'r-1')).toBe('verified');
    expect(await receive('123', '?data.id=123')).toBe('verified');
  });
});

// documentation.mailgun.com, "Securing webhooks"
describe('Mailgun', () => {
  const token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';

  it('signs events of a subaccount with the parent account’s key as well', async () => {
    const signature = {
      token,
      timestamp: nowSeconds,
      signature: await hexMac('the-subaccounts-key', nowSeconds + token),
      'parent-signature': await hexMac('not-a-real-key', nowSeconds + token),
    };
    const body = JSON.stringify({ signature, 'event-data': { event: 'delivered' } });
    expect(await judge('mailgun', { secret: 'not-a-real-key', body })).toBe('verified');
    expect(await judge('mailgun', { secret: 'the-subaccounts-key', body })).toBe('verified');
    expect(await judge('mailgun', { secret: 'not-a-real-kez', body })).toBe('no-match');
  });

  it('signs the form that a route posts', async () => {
    const signature = await hexMac('not-a-real-key', nowSeconds + token);
    const body = new URLSearchParams({ recipient: 'a@b.example', timestamp: nowSeconds, token, signature });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await judge('mailgun', { secret: 'not-a-real-key', headers, body: body.toString() })).toBe(
      'verified',
    );
    body.set('token', token.replace('e0', 'e1'));
    expect(await judge('mailgun', { secret: 'not-a-real-key', headers, body: body.toString() })).toBe(
      'no-match',
    );
  });
});

// sanity-io/webhook-toolkit, src/signature.ts
it.each([',', ', ', ' '])('Sanity’s pairs may be separated by "%s"', async (separator) => {
  const signature = `t=1633519811129${separator}v1=tLa470fx7qkLLEcMOcEUFuBbRSkGujyskxrNXcoh0N0`;
  const headers = { 'sanity-webhook-signature': signature };
  expect(await judge('sanity', { secret: 'test', headers, body: '{"_id":"resume"}' })).toBe('verified');
});

// getsentry/integration-platform-example, verifySentrySignature
it.each(['sentry-hook-signature', 'sentry-app-signature'])('Sentry signs in %s', async (name) => {
  const headers = { [name]: await hexMac('not-a-real-secret', '{}') };
  expect(await judge('sentry', { secret: 'not-a-real-secret', headers })).toBe('verified');
});

// VapiAI/docs, server-authentication
it.each([
  ['x-vapi-secret', 'not-a-real-token'],
  ['authorization', 'Bearer not-a-real-token'],
])('Vapi shows its token in %s', async (name, value) => {
  expect(await judge('vapi', { secret: 'not-a-real-token', headers: { [name]: value } })).toBe(
    'authenticated',
  );
});

// developers.hubspot.com, "Validating requests": these characters are decoded before a URL is signed
it('HubSpot v3 signs some characters of the URL decoded', async () => {
  const path = 'https://box.example/v1/hooks/rule?next=';
  const stamp = String(now.getTime());
  const signature = await base64Mac('not-a-real-secret', `POST${path}https://a.example/?b%3Dc{}${stamp}`);
  const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': stamp };
  const url = `${path}https%3A%2F%2Fa.example%2F%3Fb%3Dc`;
  expect(await judge('hubspot', { secret: 'not-a-real-secret', url, headers })).toBe('verified');
});

// go-gitea/gitea, services/webhook/deliver.go: the MAC is of the JSON, whatever it is wrapped in
it.each([
  ['x-gitea-signature', ''],
  ['x-hub-signature-256', 'sha256='],
])('Gitea signs in %s the JSON that its form holds', async (name, prefix) => {
  const payload = '{"ref":"refs/heads/main"}';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    [name]: prefix + (await hexMac('not-a-real-secret', payload)),
  };
  const form = (text: string): string => new URLSearchParams({ payload: text }).toString();
  expect(await judge('gitea', { secret: 'not-a-real-secret', headers, body: form(payload) })).toBe(
    'verified',
  );
  expect(await judge('gitea', { secret: 'not-a-real-secret', headers, body: form(`${payload} `) })).toBe(
    'no-match',
  );
});

// developers.klaviyo.com, "Working with system webhooks"
it.each([now.toUTCString(), nowSeconds, String(now.getTime())])(
  'Klaviyo signs the body and the time %s',
  async (time) => {
    const headers = {
      'klaviyo-timestamp': time,
      'klaviyo-signature': await hexMac('not-a-real-secret', `{}${time}`),
    };
    expect(await judge('klaviyo', { secret: 'not-a-real-secret', headers })).toBe('verified');
    const late = new Date(now.getTime() - 301_000).toUTCString();
    const stale = {
      'klaviyo-timestamp': late,
      'klaviyo-signature': await hexMac('not-a-real-secret', `{}${late}`),
    };
    expect(await judge('klaviyo', { secret: 'not-a-real-secret', headers: stale })).toBe('stale-timestamp');
  },
);

// Receivers' sources make the key of Authorize.Net's signature key in either way.
it.each(['hex', 'text'])('Authorize.Net’s key is the %s of its signature key', async (form) => {
  const secret = '0123456789ABCDEF'.repeat(8);
  const raw = Uint8Array.from(secret.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const key = await crypto.subtle.importKey(
    'raw',
    form === 'hex' ? raw : bytes(secret),
    { name: 'HMAC', hash: 'SHA-512' },
    false,
    ['sign'],
  );
  const mac = hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes('{}')))).toUpperCase();
  const headers = { 'x-anet-signature': `sha512=${mac}` };
  expect(await judge('authorize-net', { secret, headers })).toBe('verified');
  expect(await judge('authorize-net', { secret, headers, body: '{} ' })).toBe('no-match');
});

// developers.tiktok.com, "Overview" · RevenueCat/docs, webhooks.md: another answer is a failed delivery
it.each(['tiktok', 'revenuecat'])('%s wants 200', (id) => {
  expect(providers[id]?.wantedAnswer?.status).toBe(200);
});

// aftership.com/docs, "Webhook signature" of Tracking, Returns and Shipping
it.each([
  ['aftership-hmac-sha256', ''],
  ['as-signature-hmac-sha256', ''],
  ['am-webhook-signature', ''],
  ['am-webhook-signature', 'hmac-sha256='],
])('AfterShip signs in %s after "%s"', async (name, prefix) => {
  const headers = { [name]: prefix + (await base64Mac('not-a-real-secret', '{}')) };
  expect(await judge('aftership', { secret: 'not-a-real-secret', headers })).toBe('verified');
  expect(await judge('aftership', { secret: 'not-a-real-secret', headers, body: '{} ' })).not.toBe(
    'verified',
  );
});

// primer.io, "Configure webhooks": beside the primary for a day after a rotation
it('Primer’s second signature counts while a key is replaced', async () => {
  const headers = {
    'x-signature-primary': await base64Mac('the-new-secret', '{}'),
    'x-signature-secondary': await base64Mac('not-a-real-secret', '{}'),
  };
  expect(await judge('primer', { secret: 'not-a-real-secret', headers })).toBe('verified');
  expect(await judge('primer', { secret: 'the-new-secret', headers })).toBe('verified');
});

// maxio-com/stoplight-platform-developer-docs, docs/basics/Sync.md
it('Maxio’s signature may stand in the URL', async () => {
  const signature = await hexMac('not-a-real-key', 'id=1&event=test');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = `https://box.example/v1/hooks/rule?signature=${signature}`;
  const secret = 'not-a-real-key';
  expect(await judge('chargify', { secret, headers, url, body: 'id=1&event=test' })).toBe('verified');
  expect(await judge('chargify', { secret, headers, url, body: 'id=2&event=test' })).toBe('no-match');
});

// dev.frontapp.com, "Webhooks": those of a rule
it('Front signs a rule’s webhooks with SHA-1, without a time', async () => {
  const key = await crypto.subtle.importKey(
    'raw',
    bytes('not-a-real-secret'),
    { name: 'HMAC', hash: 'SHA-1' },
    false,
    ['sign'],
  );
  const mac = base64(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes('{}'))));
  const headers = { 'x-front-signature': mac };
  expect(await judge('front', { secret: 'not-a-real-secret', headers })).toBe('verified');
  expect(await judge('front', { secret: 'not-a-real-secret', headers, body: '{} ' })).not.toBe('verified');
  const timed = { ...headers, 'x-front-request-timestamp': String(now.getTime()) };
  expect(await judge('front', { secret: 'not-a-real-secret', headers: timed })).not.toBe('verified');
});

// docs.goshippo.com, "Webhook security": self-generated tokens, where no signature was asked for
it('Shippo shows a token in the URL, which does not stand in for a signature', async () => {
  const url = 'https://box.example/v1/hooks/rule?token=not-a-real-token';
  expect(await judge('shippo', { secret: 'not-a-real-token', url })).toBe('authenticated');
  const headers = { 'shippo-auth-signature': `t=${nowSeconds},v1=${'0'.repeat(64)}` };
  expect(await judge('shippo', { secret: 'not-a-real-token', url, headers })).not.toBe('authenticated');
});

// airwallex.com/docs · Maxio's Sync.md · developer.nylas.com: another answer is a failed delivery
it.each(['airwallex', 'chargify', 'nylas'])('%s wants 200 as well', (id) => {
  expect(providers[id]?.wantedAnswer?.status).toBe(200);
});

// developers.docusign.com, "Validate": a header a key
it('DocuSign’s second key is found where the first one’s header is not for us', async () => {
  const headers = {
    'x-docusign-signature-1': await base64Mac('an-older-secret', '{}'),
    'x-docusign-signature-2': await base64Mac('not-a-real-secret', '{}'),
  };
  expect(await judge('docusign', { secret: 'not-a-real-secret', headers })).toBe('verified');
});

// livekit/node-sdks, WebhookReceiver.test.ts, which gives the body and its digest; the token is made here.
it('LiveKit’s token binds the digest of the body', async () => {
  const body =
    '{"event":"room_started", "room":{"sid":"RM_TkVjUvAqgzKz", "name":"mytestroom", "emptyTimeout":300, "creationTime":"1628545903", "turnPassword":"ICkSr2rEeslkN6e9bXL4Ji5zzMD5Z7zzr6ulOaxMj6N", "enabledCodecs":[{"mime":"audio/opus"}, {"mime":"video/VP8"}]}}';
  const claims = {
    iss: 'abcdefg',
    exp: 1_700_000_300,
    sha256: 'CoEQz1chqJ9bnZRcORddjplkvpjmPujmLTR42DbefYI=',
  };
  const segment = (value: unknown): string => urlSafe(btoa(JSON.stringify(value)));
  const signed = `${segment({ alg: 'HS256', typ: 'JWT' })}.${segment(claims)}`;
  const headers = { authorization: `${signed}.${urlSafe(await base64Mac('abababa', signed))}` };
  const secret = { apiKey: 'abcdefg', apiSecret: 'abababa' };
  expect(await judge('livekit', { secret, headers, body })).toBe('verified');
  expect(await judge('livekit', { secret, headers, body: `${body} ` })).toBe('claim-mismatch');
});

// developers.fireblocks.com, "Verify requests": a detached JWS of the body, with the key set of the environment
it.each([
  ['RS512', 'verified'],
  ['RS256', 'unsupported-algorithm'],
])('Fireblocks signs its body as a detached JWS with RS512: one with %s is %s', async (alg, verdict) => {
  const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: alg.replace('RS', 'SHA-') };
  const made = await crypto.subtle.generateKey(
    { ...rsa, modulusLength: 2_048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['sign', 'verify'],
  );
  if (!('publicKey' in made)) throw new Error('no key pair');
  const jwk = Object.assign(await crypto.subtle.exportKey('jwk', made.publicKey), { kid: 'key-1' });
  const head = urlSafe(btoa(JSON.stringify({ alg, kid: 'key-1' })));
  const signed = bytes(`${head}.${urlSafe(btoa('{"id":"1"}'))}`);
  const signature = new Uint8Array(await crypto.subtle.sign(rsa, made.privateKey, signed));
  const request = {
    method: 'POST',
    url: 'https://box.example/v1/hooks/rule',
    headers: new Headers({ 'fireblocks-webhook-signature': `${head}..${urlSafe(base64(signature))}` }),
    body: bytes('{"id":"1"}'),
  };
  const provider = providers['fireblocks'];
  if (provider === undefined) throw new Error('no provider');
  const answer = { status: 200, body: JSON.stringify({ keys: [jwk] }) };
  const ports = { fetchKey: () => Promise.resolve(answer) };
  const keySet = 'https://keys.fireblocks.io/.well-known/jwks.json';
  const judged = await verifyDelivery(provider, request, [keySet], now, ports);
  expect(judged.outcome === 'failed' ? judged.reason : judged.outcome).toBe(verdict);
});

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
