// For every vendor and each of its schemes: any one character or byte of what is signed, changed into any other, is refused.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providers, verifyDelivery, type Provider } from '../../src/webhooks/index.ts';
import type { Scheme } from '../../src/webhooks/provider.ts';
import { looksAt } from '../../src/webhooks/template.ts';
import { bodyNotCovered, signSample } from './forgery.ts';
import { now, withBody } from './request.ts';
import { sampleOf } from './sample.ts';
import { signedParts, unsignedBytes } from './signed-part.ts';

const url = 'https://box.example/v1/hooks/property';

const cases = Object.values(providers).flatMap((provider) =>
  provider.schemes.map((scheme, at) => ({
    name: `${provider.id} ${at} ${scheme.kind}`,
    provider,
    scheme,
    at,
  })),
);

/** Whether two forms have the same fields: where a vendor signs those, it does not matter how their escapes are written. */
function isSameForm({ events }: Provider, scheme: Scheme, one: Uint8Array, other: Uint8Array): boolean {
  const isRaw = 'signed' in scheme && [scheme.signed].flat().some((signed) => looksAt(signed, 'body'));
  if (isRaw || events.bodies?.[0] !== 'form') return false;
  const [fields, others] = [one, other].map((body) => new URLSearchParams(new TextDecoder().decode(body)));
  return String(fields) === String(others);
}

/** Changes for each part: enough that a part which nobody looks at is found out with certainty, and most holes in one are. */
const changes = 12;

describe.each(cases)('$name', ({ provider, scheme, at }) => {
  it('refuses another character anywhere in its signature, its time, its headers, its fields and its URL', async () => {
    const sample = await sampleOf(provider, scheme);
    const request = await signSample(provider, at, sample, url);
    const judge = async (changed: typeof request) =>
      (await verifyDelivery(provider, changed, [sample.secret], now)).outcome;
    const parts = signedParts(provider, scheme, request);

    expect(await judge(request)).toBe(scheme.kind === 'static-token' ? 'authenticated' : 'verified');
    for (const { name, text, write, isSame } of parts) {
      expect([name, await judge(write(text))]).not.toEqual([name, 'failed']);
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 0x21, max: 0x7e }), async (where, code) => {
          const place = where % text.length;
          const other = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
          fc.pre(other !== text && !isSame(other, text));
          expect([name, other, await judge(write(other))]).toEqual([name, other, 'failed']);
        }),
        { numRuns: changes },
      );
    }
  });

  it.runIf(scheme.kind !== 'static-token' && !bodyNotCovered.has(provider.id))(
    'refuses another byte anywhere in its body, and a body of another length',
    async () => {
      const sample = await sampleOf(provider, scheme);
      const request = await signSample(provider, at, sample, url);
      const judge = async (body: Uint8Array) =>
        (await verifyDelivery(provider, withBody(request, body), [sample.secret], now)).outcome;
      const free = unsignedBytes[provider.id]?.exec(new TextDecoder().decode(request.body));
      const isFree = (place: number) =>
        free !== null && free !== undefined && place >= free.index && place < free.index + free[0].length;
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (where, by) => {
          const body = request.body.slice();
          const place = where % body.length;
          body[place] = (body[place] ?? 0) ^ by;
          fc.pre(!isFree(place) && !isSameForm(provider, scheme, body, request.body));
          expect([place, by, await judge(body)]).toEqual([place, by, 'failed']);
        }),
        { numRuns: 2 * changes },
      );
      expect(await judge(request.body.slice(0, -1))).toBe('failed');
      expect(await judge(new Uint8Array([...request.body, 0x41]))).toBe('failed');
    },
  );
});
