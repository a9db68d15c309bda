// Published keys in the Worker: a source whose vendor signs with a key that it publishes needs no key of the owner's.
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { providers, signDelivery } from '../../src/webhooks/index.ts';
import { boxOf, origin, problemOf } from './box.ts';

let pair: CryptoKeyPair;
let pem = '';

beforeAll(async () => {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 };
  const made = await crypto.subtle.generateKey(
    { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  if (!('publicKey' in made)) throw new Error('no key pair');
  pair = made;
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey);
  if (!(spki instanceof ArrayBuffer)) throw new Error('no key');
  const base64 = btoa(String.fromCharCode(...new Uint8Array(spki)));
  pem = `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
});

afterEach(() => {
  vi.restoreAllMocks();
});

const path = '/v1/hooks/paypal';

/** A delivery as PayPal signs it, for the webhook whose id the box has for a secret. */
async function captureCompleted(certificate: string): Promise<RequestInit> {
  const provider = providers['paypal'];
  if (provider === undefined) throw new Error('no provider');
  const headers = {
    'content-type': 'application/json',
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-cert-url': certificate,
    'paypal-transmission-id': crypto.randomUUID(),
    'paypal-transmission-time': new Date().toISOString(),
  };
  const body = '{"id":"WH-fake-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"fake"}}';
  const signed = await signDelivery(
    provider,
    { url: `${origin}${path}`, headers, body },
    { secret: { webhookId: 'fake-shop-secret-0123' }, privateKey: pair.privateKey, now: new Date() },
  );
  if (!signed.ok) throw new Error(signed.error);
  return { method: 'POST', headers: signed.value.headers, body: signed.value.body };
}

const { ask } = boxOf({ sources: [{ name: 'paypal', provider: 'paypal' }] });

it('a delivery is genuine by the key that its vendor publishes', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(pem));
  const certificate = 'https://api.paypal.com/v1/notifications/certs/CERT-genuine';
  const delivery = await captureCompleted(certificate);
  expect((await ask(path, delivery)).status).toBe(202);
  expect((await ask(path, await captureCompleted(certificate))).status).toBe(202);
  expect(fetched.mock.calls.map(([url]) => url)).toEqual([certificate]);

  await problemOf(await ask(path, { ...delivery, body: '{"id":"WH-fake-2"}' }), 401, 'not-genuine');
});

it('while the key cannot be had nothing is known of the sender: 503, which vendors send again', async () => {
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fake outage'));
  const certificate = 'https://api.paypal.com/v1/notifications/certs/CERT-out-of-reach';
  const answer = await ask(path, await captureCompleted(certificate));
  expect(answer.headers.has('Retry-After')).toBe(true);
  await problemOf(answer, 503, 'unavailable');
});

it('a key of another host is not asked for', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(pem));
  const delivery = await captureCompleted(
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
  );
  await problemOf(await ask(path, delivery), 401, 'not-genuine');
  expect(fetched).not.toHaveBeenCalled();
});
