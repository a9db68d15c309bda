// One test a vendor and scheme: what the recipe signs it accepts, reads as events, and refuses once a byte is another.
import { describe, expect, it } from 'vitest';
import {
  providers,
  readEvents,
  signDelivery,
  verifyDelivery,
  type Provider,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import type { Scheme } from '../../src/webhooks/provider.ts';
import { compileTemplate } from '../../src/webhooks/template.ts';
import { bodyNotCovered } from './forgery.ts';
import { flipBit, now, withBody } from './request.ts';
import { sampleOf } from './sample.ts';

const cases = Object.values(providers).flatMap((provider) =>
  provider.schemes.map((scheme, at) => ({
    name: `${provider.id} ${at} ${scheme.kind}`,
    provider,
    scheme,
    at,
  })),
);

async function sign(provider: Provider, scheme: Scheme, at: number): Promise<WebhookRequest> {
  const { secret, privateKey, delivery } = await sampleOf(provider, scheme);
  const keys = privateKey === undefined ? {} : { privateKey };
  const result = await signDelivery(provider, delivery, { secret, now, id: 'sample-id', ...keys }, at);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe.each(cases)('$name', ({ provider, scheme, at }) => {
  it('what it signs it accepts, and another secret does not', async () => {
    const { secret, otherSecret } = await sampleOf(provider, scheme);
    const request = await sign(provider, scheme, at);
    const outcome = scheme.kind === 'static-token' ? 'authenticated' : 'verified';
    expect(await verifyDelivery(provider, request, [otherSecret, secret], now)).toEqual({ outcome, key: 1 });
    expect(await verifyDelivery(provider, request, [otherSecret], now)).toMatchObject({ outcome: 'failed' });
  });

  it('without its signature it is refused', async () => {
    const { secret, delivery } = await sampleOf(provider, scheme);
    const request = { method: 'POST', url: delivery.url, headers: new Headers(delivery.headers) };
    const body = typeof delivery.body === 'string' ? new TextEncoder().encode(delivery.body) : delivery.body;
    expect(await verifyDelivery(provider, { ...request, body }, [secret], now)).toMatchObject({
      outcome: 'failed',
    });
  });

  it('its events have a type of the vendor, an id and a key', async () => {
    const events = await readEvents(provider, await sign(provider, scheme, at), { source: 'sample', now });
    if (!events.ok) throw new Error(events.error);
    expect(events.value).toHaveLength(1);
    for (const event of events.value) {
      expect(event.type).toMatch(
        new RegExp(`^${provider.events.prefix.replaceAll('.', '\\.')}\\.[A-Za-z0-9._-]+$`),
      );
      expect(event.id).not.toBe('');
      expect(event.dedupeKey).toMatch(/^(?:id|key|sha256):/);
    }
  });
});

const covered = cases.filter(
  ({ provider, scheme }) => scheme.kind !== 'static-token' && !bodyNotCovered.has(provider.id),
);

it.each(covered)('$name: a byte of the body changed is refused', async ({ provider, scheme, at }) => {
  const { secret } = await sampleOf(provider, scheme);
  const request = await sign(provider, scheme, at);
  for (const place of [0, request.body.length - 3, Math.floor(request.body.length / 2)]) {
    const changed = withBody(request, flipBit(request.body, place));
    expect(await verifyDelivery(provider, changed, [secret], now)).toMatchObject({ outcome: 'failed' });
  }
});

describe('the catalogue', () => {
  it('has 199 vendors and the generic one', () => {
    expect(Object.keys(providers)).toHaveLength(200);
  });

  it('knows no provider by the name of an inherited method', () => {
    expect(providers['constructor']).toBeUndefined();
  });

  it('marks as experimental exactly what rests on memory alone', () => {
    for (const { evidence, experimental } of Object.values(providers))
      expect(experimental).toBe(evidence === 'memory');
  });

  it('signs every timestamp that it judges', () => {
    for (const { id, schemes } of Object.values(providers)) {
      for (const scheme of schemes) {
        if (!('timestamp' in scheme) || scheme.timestamp === undefined) continue;
        const { at } = scheme.timestamp;
        const all = [scheme.signed].flat();
        const [place] = compileTemplate(at);
        const inBody =
          place?.kind === 'place' && place.place === 'json' && all.every((text) => text.includes('{body}'));
        const inText = all.every((text) => text.includes('{timestamp}') || text.includes(at));
        const inCanonical = ['contentful', 'keygen', 'mercado-pago'].includes(id);
        expect({ id, isSigned: inBody || inText || inCanonical }).toEqual({ id, isSigned: true });
      }
    }
  });
});
