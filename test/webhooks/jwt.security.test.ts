// JSON Web Tokens that no honest vendor makes: other keys, other algorithms, other claims, other spellings.
import { describe, expect, it } from 'vitest';
import { readEvents, signDelivery, verifyDelivery, type KeyRequest } from '../../src/webhooks/index.ts';
import { judge, providerOf, textOf } from './judge.ts';
import { base64, bytes, hex, now, nowSeconds, post } from './request.ts';
import { sampleOf } from './sample.ts';
import { base64url, hs256, segment } from './token.ts';

const seconds = Number(nowSeconds);
const secret = 'not-a-real-secret';
const body = '{"type":"created"}';

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text)));
}

/** What Netlify says of the body. */
const claims = { iss: 'netlify', sha256: hex(await sha256(body)) };
const judgeNetlify = async (token: string) =>
  judge('netlify', post({ 'x-webhook-signature': token }, body), [secret]);

describe('a token that is genuine', () => {
  it('is taken', async () => {
    expect(await judgeNetlify(await hs256(claims, secret))).toBe('verified');
  });

  it.each([
    ['a line break behind it (JW-19)', (token: string) => `${token}\n`],
    ['a space behind it', (token: string) => `${token} `],
  ])('as a whole body is taken as it came, and not with %s', async (_, change) => {
    const provider = providerOf('kinde');
    const { secret: pem, privateKey, delivery } = await sampleOf(provider, provider.schemes[0]!);
    if (privateKey === undefined) throw new Error('no key');
    const signed = await signDelivery(provider, delivery, { secret: pem, privateKey, now });
    if (!signed.ok) throw new Error(signed.error);
    const changed = { ...signed.value, body: bytes(change(new TextDecoder().decode(signed.value.body))) };

    expect(await judge('kinde', signed.value, [pem])).toBe('verified');
    expect(await judge('kinde', changed, [pem])).toBe('malformed-token');
  });
});

describe('a header with', () => {
  it.each([
    ['no algorithm, in four spellings (JW-02)', { alg: 'none' }, 'unsupported-algorithm'],
    ['None', { alg: 'None' }, 'unsupported-algorithm'],
    ['noNE', { alg: 'noNE' }, 'unsupported-algorithm'],
    ['nOnE', { alg: 'nOnE' }, 'unsupported-algorithm'],
    ['a list of algorithms', { alg: ['HS256'] }, 'unsupported-algorithm'],
    ['the algorithm in lower case', { alg: 'hs256' }, 'unsupported-algorithm'],
    ['a stronger one that the vendor does not use', { alg: 'HS512' }, 'unsupported-algorithm'],
    ['an unknown critical extension (JW-09)', { alg: 'HS256', crit: ['exp2'], exp2: 1 }, 'no-match'],
    ['an empty list of them (JW-09)', { alg: 'HS256', crit: [] }, 'no-match'],
    ['a payload that is not encoded (JW-09)', { alg: 'HS256', crit: ['b64'], b64: false }, 'malformed-token'],
    ['the same, not critical (JW-09)', { alg: 'HS256', b64: false }, 'malformed-token'],
  ])('%s is refused, though it is signed with the secret', async (_, header, reason) => {
    expect(await judgeNetlify(await hs256(claims, secret, header))).toBe(reason);
  });

  it('the algorithm twice counts the last, and its signature must be that one’s (JW-20)', async () => {
    const signed = await hs256(claims, secret, '{"alg":"none","alg":"HS256"}');
    const unsigned = `${segment('{"alg":"HS256","alg":"none"}')}.${segment(claims)}.AAAA`;

    expect(await judgeNetlify(signed)).toBe('verified');
    expect(await judgeNetlify(signed.replace(/[^.]+$/, 'AAAA'))).toBe('no-match');
    expect(await judgeNetlify(unsigned)).toBe('unsupported-algorithm');
  });

  it.each([
    ['a key of the sender’s own (JW-05)', async (jwk: JsonWebKey) => ({ jwk })],
    ['a certificate of the sender’s own (JW-05)', async () => ({ x5c: ['ZmFrZQ=='] })],
    ['the address of a key set', async () => ({ jku: 'https://evil.example/jwks.json' })],
    ['the address of a certificate', async () => ({ x5u: 'https://evil.example/cert.pem' })],
  ])('%s is not believed', async (_, more) => {
    const provider = providerOf('kinde');
    const { secret: pem } = await sampleOf(provider, provider.schemes[0]!);
    const pair = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]),
      },
      true,
      ['sign', 'verify'],
    );
    if (!('publicKey' in pair)) throw new Error('no key pair');
    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
    if (jwk instanceof ArrayBuffer) throw new Error('no JWK');
    const signed = `${segment({ alg: 'RS256', kid: 'sample-key', ...(await more(jwk)) })}.${segment({ iat: seconds })}`;
    const mac = new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, bytes(signed)));
    const asked: string[] = [];
    const ports = {
      fetchKey: ({ url }: KeyRequest) => {
        asked.push(url);
        return Promise.resolve({ status: 404, body: '' });
      },
    };
    const request = post({}, `${signed}.${base64url(mac)}`);

    expect(await verifyDelivery(provider, request, [pem], now, ports)).toEqual({
      outcome: 'failed',
      reason: 'no-match',
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['a path', '../../dev/null'],
    ['SQL', "x' OR 1=1--"],
    ['a list', ['sample-key']],
    ['a number', 1],
    ['10 KB', 'x'.repeat(10_240)],
    ['an inherited name', '__proto__'],
    ['an address', 'https://evil.example/key'],
  ])('%s as the key’s id finds no key, and asks nobody else (JW-07)', async (_, kid) => {
    const provider = providerOf('kinde');
    const { secret: pem } = await sampleOf(provider, provider.schemes[0]!);
    const asked: string[] = [];
    const ports = {
      fetchKey: ({ url }: KeyRequest) => {
        asked.push(url);
        return Promise.resolve({ status: 200, body: '{"keys":[]}' });
      },
    };
    const token = `${segment({ alg: 'RS256', kid })}.${segment({ iat: seconds })}.AAAA`;
    const domain = `${crypto.randomUUID()}.example`;
    const verdict = await verifyDelivery(provider, post({}, token), [`https://${domain}`], now, ports);

    expect(verdict.outcome).toBe('failed');
    expect(asked.filter((url) => url !== `https://${domain}/.well-known/jwks.json`)).toEqual([]);
    expect(textOf(pem)).toContain('PUBLIC KEY');
  });
});

describe('claims', () => {
  const livekit = async (more: object) => {
    const token = await hs256({ sha256: base64(await sha256(body)), ...more }, secret);
    return judge('livekit', post({ authorization: token }, body), [secret]);
  };

  it.each([
    ['that end a minute ago are within the leeway', { exp: seconds - 59 }, 'verified'],
    ['that ended before', { exp: seconds - 60 }, 'stale-timestamp'],
    ['that never end (JW-10)', {}, 'missing-timestamp'],
    ['that begin in a minute', { exp: seconds + 300, nbf: seconds + 60 }, 'verified'],
    ['that begin later', { exp: seconds + 300, nbf: seconds + 61 }, 'future-timestamp'],
    ['made in an hour', { exp: seconds + 9_999, iat: seconds + 3_600 }, 'future-timestamp'],
    ['that end at no time (JW-12)', { exp: Number.MAX_VALUE }, 'malformed-timestamp'],
    ['that end at a text (JW-12)', { exp: String(seconds + 60) }, 'malformed-timestamp'],
    ['that end before 1970 (JW-12)', { exp: -1 }, 'malformed-timestamp'],
    ['that end at a fraction (JW-12)', { exp: seconds + 0.5 }, 'verified'],
  ])('%s', async (_, more, judgement) => {
    expect(await livekit(more)).toBe(judgement);
  });

  it.each([
    ['with a slash more (JW-14)', 'netlify/'],
    ['in another case', 'Netlify'],
    ['in a list with others', ['evil', 'netlify/']],
    ['that is nobody', null],
    ['that is an object', { netlify: true }],
  ])('of an issuer %s are not Netlify’s', async (_, iss) => {
    expect(await judgeNetlify(await hs256({ ...claims, iss }, secret))).toBe('claim-mismatch');
  });

  it('given twice count the last time, for who verifies and for who reads (JW-20)', async () => {
    const digest = claims.sha256;
    const forgedLast = `{"iss":"netlify","sha256":"${digest}","iss":"evil"}`;
    const forgedFirst = `{"iss":"evil","sha256":"00","iss":"netlify","sha256":"${digest}"}`;

    expect(await judgeNetlify(await hs256(forgedLast, secret))).toBe('claim-mismatch');
    expect(await judgeNetlify(await hs256(forgedFirst, secret))).toBe('verified');
  });
});

describe('another serialisation (JW-17)', () => {
  it.each([
    [
      'flattened JSON',
      (a: string, b: string, c: string) => JSON.stringify({ protected: a, payload: b, signature: c }),
    ],
    [
      'general JSON',
      (a: string, b: string, c: string) =>
        JSON.stringify({ payload: b, signatures: [{ protected: a, signature: c }] }),
    ],
    ['five parts, as if encrypted', (a: string, b: string, c: string) => `${a}.${b}.${c}.${b}.${c}`],
    ['standard base64', (a: string, b: string, c: string) => `${a}==.${b}.${c}=`],
    ['with spaces', (a: string, b: string, c: string) => `${a}. ${b}.${c}`],
  ])('%s is no token', async (_, write) => {
    const [head = '', payload = '', mac = ''] = (await hs256(claims, secret)).split('.');

    expect(await judgeNetlify(write(head, payload, mac))).toBe('malformed-token');
  });
});

it('a token that is the body is read as it was verified', async () => {
  const provider = providerOf('kinde');
  const { secret: pem, privateKey } = await sampleOf(provider, provider.schemes[0]!);
  if (privateKey === undefined) throw new Error('no key');
  const delivery = { url: 'https://box.example/hook', body: '{"type":"user.created","event_id":"e1"}' };
  const signed = await signDelivery(provider, delivery, { secret: pem, privateKey, now });
  if (!signed.ok) throw new Error(signed.error);
  const events = await readEvents(provider, signed.value, { source: 'sample', now });

  expect(events).toMatchObject({ ok: true, value: [{ data: { type: 'user.created', event_id: 'e1' } }] });
});
