// The keys that a delivery names: fetched from the vendor alone, seldom, and kept through an outage.
import { describe, expect, it } from 'vitest';
import { signDelivery, verifyDelivery, type KeyRequest } from '../../src/webhooks/index.ts';
import { providerOf, textOf } from './judge.ts';
import { base64, hex, now, post } from './request.ts';
import { sampleOf } from './sample.ts';

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
