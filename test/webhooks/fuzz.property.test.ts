// Whatever a sender writes, verification gives a verdict: it never throws, and never finds genuine what nobody has signed.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { providers, readEvents, verifyDelivery } from '../../src/webhooks/index.ts';
import { now } from './request.ts';
import { sampleOf } from './sample.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json({ maxDepth: 4 }).map((text) => new TextEncoder().encode(text)),
  fc.webQueryParameters().map((text) => new TextEncoder().encode(text)),
);

const anyType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/xml',
  'application/jwt',
  'application/x-ndjson',
  '',
);

it('for any text in the place of the signature and any body', async () => {
  const headerText = fc.stringMatching(/^[\x20-\x7e]{0,120}$/);
  const ports = { fetchKey: () => Promise.resolve({ status: 404, body: '' }) };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.values(providers)),
      headerText,
      anyType,
      anyBytes,
      async (provider, text, type, body) => {
        const [scheme] = provider.schemes;
        if (scheme === undefined) throw new Error('no scheme');
        const { secret, delivery } = await sampleOf(provider, scheme);
        const headers = new Headers({ ...delivery.headers, 'content-type': type });
        const places = 'signature' in scheme ? scheme.signature.at : [scheme.at].flat();
        for (const place of places) {
          const name = /^\{header:(.+)\}$/.exec(place)?.[1];
          if (name !== undefined) headers.set(name, text);
        }
        const request = { method: 'POST', url: delivery.url, headers, body };
        const verdict = await verifyDelivery(provider, request, [secret], now, ports);

        expect(['failed', 'handshake']).toContain(verdict.outcome);
        expect(await readEvents(provider, request, { source: 'sample', now })).toHaveProperty('ok');
      },
    ),
    { numRuns: 500 },
  );
});
