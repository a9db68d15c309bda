// Subscriptions that the vendor has confirmed by a visit (AWS SNS), end to end: the link is followed over the network on the vendor's
// host alone, and what is published to the topic afterwards is accepted.
import { reset } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { providers, signDelivery } from '../../src/webhooks/index.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, origin, problemOf } from './box.ts';

const path = '/v1/hooks/topic';
/** Whose topic it is, is the secret: Amazon signs every customer's with one key. */
const TopicArn = 'fake-shop-secret-0123';
const confirmUrl = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=fake';
const SigningCertURL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-00112233445566778899aabbccddeeff.pem';

const network = globalThis.fetch;
let pair: CryptoKeyPair;

beforeAll(async () => {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1', modulusLength: 2048 };
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
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    if (input !== SigningCertURL) throw new TypeError('fake network: it has the certificate alone');
    return new Response(pem);
  });
});

afterEach(async () => {
  await reset();
});

const logSchema = z.array(z.object({ method: z.string(), path: z.string() }));

/** A box whose links lead to the peer, which answers these statuses in turn, and what the peer has been asked. */
function makeBox(statuses = '200') {
  const name = crypto.randomUUID();
  const peer = inject('peerUrl');
  const box = boxOf({
    sources: [{ name: 'topic', provider: 'aws-sns' }],
    listeners: [[steps, { source: 'topic', map: () => ({ count: 0 }) }]],
    // The vendor's host as this machine's resolver would have it.
    fetchLink: async (url, init) =>
      network(`${peer}/answer/${name}?status=${statuses}&link=${encodeURIComponent(url)}`, init),
  });
  const visited = async () => {
    const log = logSchema.parse(await (await network(`${peer}/log/${name}`)).json());
    return log.map(({ method, path: asked }) => [
      method,
      new URL(asked, 'http://peer').searchParams.get('link'),
    ]);
  };
  const send = async (init: RequestInit) => {
    const response = await box.ask(path, init);
    await box.settled();
    return response;
  };
  return { ...box, send, visited };
}

/** A message of SNS as it signs it: the third of its shapes, and the first of its versions, is that of a confirmation. */
async function message(members: Record<string, string>, scheme: number): Promise<RequestInit> {
  const provider = providers['aws-sns'];
  if (provider === undefined) throw new Error('no provider');
  const body = JSON.stringify({
    MessageId: crypto.randomUUID(),
    Message: 'fake message',
    Timestamp: new Date().toISOString(),
    TopicArn,
    SignatureVersion: '1',
    SigningCertURL,
    ...members,
  });
  const made = await signDelivery(
    provider,
    { url: `${origin}${path}`, headers: { 'Content-Type': 'text/plain; charset=UTF-8' }, body },
    { secret: TopicArn, privateKey: pair.privateKey, now: new Date() },
    scheme,
  );
  if (!made.ok) throw new Error(made.error);
  return { method: 'POST', headers: made.value.headers, body: made.value.body };
}

const confirmation = async (SubscribeURL = confirmUrl, more: Record<string, string> = {}) =>
  message({ Type: 'SubscriptionConfirmation', Token: 'fake', SubscribeURL, ...more }, 2);

const notification = async () => message({ Type: 'Notification' }, 1);

describe('a confirmation', () => {
  it('has its link followed once, by GET, and what is published afterwards is accepted', async () => {
    const { send, visited } = makeBox();
    const first = await confirmation();
    expect((await send(first)).status).toBe(200);
    expect(await visited()).toEqual([['GET', confirmUrl]]);

    const response = await send(await notification());
    expect(response.status).toBe(202);
    expect(deliveryAcceptedSchema.parse(await response.json()).executions).toHaveLength(1);

    // Sent again, it costs the vendor nothing.
    expect((await send(first)).status).toBe(200);
    expect(await visited()).toHaveLength(1);
  });

  it('is in the log as a handshake, without the link', async () => {
    const { api, send } = makeBox();
    await send(await confirmation());
    const text = await (await api('/v1/sources/topic/deliveries')).text();
    const { deliveries } = deliveryListSchema.parse(JSON.parse(text));
    expect(deliveries).toMatchObject([{ outcome: 'handshake', reason: 'answered-200' }]);
    expect(text).not.toContain('ConfirmSubscription');
  });

  it.each(['302', '403', '500', '0'])(
    'whose link is answered %s is a 503, and followed again when it is sent again',
    async (status) => {
      const { send, visited } = makeBox(`${status},200`);
      const sent = await confirmation();
      expect((await problemOf(await send(sent), 503, 'unavailable')).status).toBe(503);
      expect((await send(sent)).status).toBe(200);
      expect(await visited()).toHaveLength(2);
    },
  );
});

describe('no link is followed', () => {
  it.each([
    'https://evil.example/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com.evil.example/',
    'https://sns.eu-west-1.amazonaws.com@evil.example/',
    'https://evil.example/#sns.eu-west-1.amazonaws.com',
    'https://sns.eu-west-1.amazonaws.com:8443/',
    'http://sns.eu-west-1.amazonaws.com/',
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'not a link',
  ])('to %s, though it is signed', async (link) => {
    const { send, visited } = makeBox();
    const response = await send(await confirmation(link));
    expect((await problemOf(response, 401, 'not-genuine')).status).toBe(401);
    expect(await visited()).toEqual([]);
  });

  it('of a confirmation that is not signed', async () => {
    const { send, visited } = makeBox();
    const sent = await confirmation();
    const { body } = sent;
    if (!(body instanceof Uint8Array)) throw new Error('no body');
    const forged = new TextDecoder().decode(body).replace('Token=fake', 'Token=evil');
    const response = await send({ ...sent, body: forged });
    expect((await problemOf(response, 401, 'not-genuine')).status).toBe(401);
    expect(await visited()).toEqual([]);
  });

  it('of another customer’s topic, which Amazon signs with the same key', async () => {
    const { send, visited } = makeBox();
    const response = await send(await confirmation(confirmUrl, { TopicArn: 'fake-topic-of-another' }));
    expect((await problemOf(response, 401, 'not-genuine')).status).toBe(401);
    expect(await visited()).toEqual([]);
  });
});
