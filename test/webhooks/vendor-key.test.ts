// Keys behind a login: what eBay and Plaid are asked, and what becomes of their answers.
import { describe, expect, it } from 'vitest';
import {
  providers,
  signDelivery,
  verifyDelivery,
  type KeyRequest,
  type Provider,
  type Secret,
} from '../../src/webhooks/index.ts';
import { now } from './request.ts';
import { sampleOf } from './sample.ts';

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

/** Judges a delivery whose key has to be fetched; `answer` is the vendor. */
async function judge(
  id: string,
  secret: Secret,
  answer: (request: KeyRequest, publicKey: Secret) => string | undefined,
) {
  const provider = providerOf(id);
  const [scheme] = provider.schemes;
  if (scheme === undefined) throw new Error('no scheme');
  const { secret: publicKey, privateKey } = await sampleOf(provider, scheme);
  if (privateKey === undefined) throw new Error('no key');
  const delivery = { url: 'https://box.example/hook', body: '{"webhook_type":"ITEM"}' };
  const signed = await signDelivery(provider, delivery, { secret: publicKey, privateKey, now });
  if (!signed.ok) throw new Error(signed.error);
  const asked: KeyRequest[] = [];
  const ports = {
    fetchKey: (request: KeyRequest) => {
      asked.push(request);
      const body = answer(request, publicKey);
      return Promise.resolve(body === undefined ? { status: 401, body: '' } : { status: 200, body });
    },
  };
  const verdict = await verifyDelivery(provider, signed.value, [secret], now, ports);
  return { judgement: verdict.outcome === 'failed' ? verdict.reason : verdict.outcome, asked };
}

const partOf = (secret: Secret, part: string): string =>
  typeof secret === 'string' ? secret : (secret[part] ?? '');

describe('Plaid', () => {
  it('the key is asked for by its id, with the login of the account', async () => {
    const secret = { clientId: 'client', secret: 'not-a-real-secret', environment: 'sandbox' };
    const { judgement, asked } = await judge('plaid', secret, (_, publicKey) => {
      const [key] = JSON.parse(partOf(publicKey, 'jwks')).keys;
      return JSON.stringify({ key });
    });
    expect(judgement).toBe('verified');
    expect(asked).toMatchObject([
      { method: 'POST', url: 'https://sandbox.plaid.com/webhook_verification_key/get' },
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      client_id: 'client',
      secret: 'not-a-real-secret',
      key_id: 'sample-key',
    });
  });

  it('without a login there is no key', async () => {
    expect(await judge('plaid', { secret: 'not-a-real-secret' }, () => '')).toEqual({
      judgement: 'malformed-secret',
      asked: [],
    });
  });
});

describe('eBay', () => {
  const login = { clientId: 'client', clientSecret: 'not-a-real-secret', verificationToken: 't' };

  it('a refused login means no key, not a forgery', async () => {
    const { judgement, asked } = await judge('ebay', login, () => undefined);
    expect(judgement).toBe('key-unavailable');
    expect(asked.map(({ url }) => url)).toEqual(['https://api.ebay.com/identity/v1/oauth2/token']);
  });

  it('the key is asked for by its id, with a token of the application', async () => {
    const sandbox = { ...login, environment: 'sandbox' };
    const { judgement, asked } = await judge('ebay', sandbox, ({ url }, publicKey) =>
      url.endsWith('/token')
        ? JSON.stringify({ access_token: 'not-a-real-token' })
        : JSON.stringify({ key: partOf(publicKey, 'publicKey').replaceAll('\n', ''), algorithm: 'ECDSA' }),
    );
    expect(judgement).toBe('verified');
    expect(asked).toMatchObject([
      { method: 'POST', url: 'https://api.sandbox.ebay.com/identity/v1/oauth2/token' },
      {
        method: 'GET',
        url: 'https://api.sandbox.ebay.com/commerce/notification/v1/public_key/sample-key',
        headers: { authorization: 'Bearer not-a-real-token' },
      },
    ]);
  });
});
