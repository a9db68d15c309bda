// For each way of signing: what it signs it accepts, whatever the body; one byte of that body changed, or one character of the signature,
// the time, a header or the URL that is signed, and it is refused.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  genericProvider,
  signDelivery,
  verifyDelivery,
  type GenericOptions,
  type Provider,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import { providerOf } from './judge.ts';
import { now, withBody } from './request.ts';
import { sampleOf } from './sample.ts';
import { signedParts } from './signed-part.ts';

const url = 'https://box.example/v1/hooks/property';
const runs = { numRuns: 60 };

const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const anyJson = fc.json({ maxDepth: 4 }).map((text) => new TextEncoder().encode(`{"sample":${text}}`));
const anyForm = fc
  .array(fc.tuple(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.string({ maxLength: 12 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((fields) =>
    new TextEncoder().encode(
      new URLSearchParams(fields.map(([name, value]) => [name, value.toWellFormed()])).toString(),
    ),
  );

/** Where and how a body is changed, never to itself; and a character that takes the place of another in some signed part. */
const anyChange = fc.record({
  at: fc.nat(),
  by: fc.integer({ min: 1, max: 255 }),
  part: fc.nat(),
  character: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
});

interface Change {
  readonly at: number;
  readonly by: number;
  readonly part: number;
  readonly character: string;
}

function changed(request: WebhookRequest, { at, by }: Change): WebhookRequest {
  const body = request.body.slice();
  const place = at % body.length;
  body[place] = (body[place] ?? 0) ^ by;
  return withBody(request, body);
}

/** The request with one character of one signed part changed, and which part that is. */
function altered(provider: Provider, schemeAt: number, request: WebhookRequest, change: Change) {
  const scheme = provider.schemes[schemeAt];
  if (scheme === undefined) throw new Error('no scheme');
  const parts = signedParts(provider, scheme, request);
  const part = parts[change.part % parts.length];
  if (part === undefined) throw new Error('no part');
  const at = change.at % part.text.length;
  const text = part.text.slice(0, at) + change.character + part.text.slice(at + 1);
  fc.pre(text !== part.text && !part.isSame(text, part.text));
  return { what: `${part.name}: ${text}`, request: part.write(text) };
}

async function holds(
  provider: Provider,
  contentType: string,
  bodies: fc.Arbitrary<Uint8Array>,
  schemeAt = 0,
): Promise<void> {
  const scheme = provider.schemes[schemeAt];
  if (scheme === undefined) throw new Error('no scheme');
  const { secret, privateKey, delivery } = await sampleOf(provider, scheme);
  const headers = { ...delivery.headers, 'content-type': contentType };
  const keys = privateKey === undefined ? {} : { privateKey };
  await fc.assert(
    fc.asyncProperty(bodies, anyChange, async (body, change) => {
      const options = { secret, now, id: 'sample-id', ...keys };
      const signed = await signDelivery(provider, { url, headers, body }, options, schemeAt);
      if (!signed.ok) throw new Error(signed.error);
      expect(await verifyDelivery(provider, signed.value, [secret], now)).toEqual({
        outcome: 'verified',
        key: 0,
      });
      const verdict = await verifyDelivery(provider, changed(signed.value, change), [secret], now);
      expect(verdict.outcome).toBe('failed');
      const { what, request } = altered(provider, schemeAt, signed.value, change);
      expect([what, (await verifyDelivery(provider, request, [secret], now)).outcome]).toEqual([
        what,
        'failed',
      ]);
    }),
    runs,
  );
}

describe('HMAC over raw bytes', () => {
  it.each([
    'github',
    'stripe',
    'slack',
    'standardwebhooks',
    'shopify',
    'box',
    'recurly',
    'paystack',
    'sanity',
    'persona',
  ])('%s', async (id) => {
    await expect(holds(providerOf(id), 'application/json', anyBytes)).resolves.toBeUndefined();
  });
});

it('HMAC with any of the generic options', async () => {
  const options: fc.Arbitrary<GenericOptions> = fc.record({
    algorithm: fc.constantFrom('sha1', 'sha256', 'sha384', 'sha512'),
    encoding: fc.constantFrom('hex', 'base64', 'base64url'),
    prefix: fc.constantFrom('', 'sha256=', 'v1,'),
    signed: fc.constantFrom(
      '{body}',
      '{timestamp}.{body}',
      '{method}{url}{body}{timestamp}',
      '{header:X-Id}:{timestamp}:{body}',
    ),
    timestamp: fc.constant('{header:X-Timestamp}'),
    timestampUnit: fc.constantFrom('s', 'ms', 'iso'),
  });
  await fc.assert(
    fc.asyncProperty(options, anyBytes, anyChange, async (chosen, body, change) => {
      const { timestamp, ...untimed } = chosen;
      const provider = genericProvider(chosen.signed === '{body}' ? untimed : { ...untimed, timestamp });
      if (!provider.ok) throw new Error(provider.error);
      const signed = await signDelivery(
        provider.value,
        { url, headers: { 'x-id': 'sample-id' }, body },
        { secret: 'not-a-real-secret', now },
      );
      if (!signed.ok) throw new Error(signed.error);
      const judge = (request: WebhookRequest) =>
        verifyDelivery(provider.value, request, ['not-a-real-secret'], now);
      expect(await judge(signed.value)).toEqual({ outcome: 'verified', key: 0 });
      expect(await judge(changed(signed.value, change))).toMatchObject({ outcome: 'failed' });
      const { what, request } = altered(provider.value, 0, signed.value, change);
      expect([what, (await judge(request)).outcome]).toEqual([what, 'failed']);
    }),
    runs,
  );
});

describe('HMAC over the URL', () => {
  it.each(['square', 'hubspot', 'trello'])('%s', async (id) => {
    await expect(holds(providerOf(id), 'application/json', anyJson)).resolves.toBeUndefined();
  });
  it('twilio, JSON bound by its digest in the URL', async () => {
    await expect(holds(providerOf('twilio'), 'application/json', anyJson)).resolves.toBeUndefined();
  });

  it.each(['twilio', 'plivo', 'mandrill'])(
    '%s: a form is accepted, with another field it is not',
    async (id) => {
      const provider = providerOf(id);
      await fc.assert(
        fc.asyncProperty(anyForm, async (body) => {
          const headers = { 'content-type': 'application/x-www-form-urlencoded' };
          const signed = await signDelivery(
            provider,
            { url, headers, body },
            { secret: 'not-a-real-secret', now },
          );
          if (!signed.ok) throw new Error(signed.error);
          const more = withBody(
            signed.value,
            new Uint8Array([...body, ...new TextEncoder().encode('&Zz=1')]),
          );
          expect(await verifyDelivery(provider, signed.value, ['not-a-real-secret'], now)).toMatchObject({
            outcome: 'verified',
          });
          expect(await verifyDelivery(provider, more, ['not-a-real-secret'], now)).toMatchObject({
            outcome: 'failed',
          });
        }),
        runs,
      );
    },
  );
});

describe('digests', () => {
  it.each(['cloudinary', 'sellsy'])('%s', async (id) => {
    await expect(holds(providerOf(id), 'application/json', anyBytes)).resolves.toBeUndefined();
  });
});

it('Standard Webhooks v1a', async () => {
  await expect(
    holds(providerOf('standardwebhooks'), 'application/json', anyBytes, 1),
  ).resolves.toBeUndefined();
});

describe('public keys', () => {
  it.each(['discord', 'telnyx', 'sendgrid', 'wise', 'ebay', 'paypal', 'keygen', 'fal'])('%s', async (id) => {
    await expect(holds(providerOf(id), 'application/json', anyBytes)).resolves.toBeUndefined();
  });
});

describe('tokens that bind the body', () => {
  it.each([
    'messagebird',
    'vonage',
    'livekit',
    'netlify',
    'upstash-qstash',
    'plaid',
    'gong',
    'constant-contact',
  ])('%s', async (id) => {
    await expect(holds(providerOf(id), 'application/json', anyBytes)).resolves.toBeUndefined();
  });
});

it('HMAC over fields: any other value of a signed field is refused', async () => {
  const provider = providerOf('mailgun');
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[a-z0-9]{1,50}$/),
      fc.stringMatching(/^[a-z0-9]{1,50}$/),
      async (token, other) => {
        fc.pre(token !== other);
        const body = JSON.stringify({ signature: { token }, 'event-data': { event: 'opened' } });
        const signed = await signDelivery(provider, { url, body }, { secret: 'not-a-real-secret', now });
        if (!signed.ok) throw new Error(signed.error);
        const forged = new TextDecoder()
          .decode(signed.value.body)
          .replace(`"token":"${token}"`, `"token":"${other}"`);
        expect(await verifyDelivery(provider, signed.value, ['not-a-real-secret'], now)).toMatchObject({
          outcome: 'verified',
        });
        expect(
          await verifyDelivery(provider, withBody(signed.value, forged), ['not-a-real-secret'], now),
        ).toEqual({
          outcome: 'failed',
          reason: 'no-match',
        });
      },
    ),
    runs,
  );
});

it('a static token is accepted, and no other text is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,256}$/),
      fc.stringMatching(/^[A-Za-z0-9_-]{1,256}$/),
      async (token, other) => {
        fc.pre(token !== other);
        const provider = providerOf('telegram');
        const signed = await signDelivery(provider, { url, body: '{"update_id":1}' }, { secret: token, now });
        if (!signed.ok) throw new Error(signed.error);
        expect(await verifyDelivery(provider, signed.value, [token], now)).toEqual({
          outcome: 'authenticated',
          key: 0,
        });
        expect(await verifyDelivery(provider, signed.value, [other], now)).toEqual({
          outcome: 'failed',
          reason: 'no-match',
        });
      },
    ),
    runs,
  );
});
