// Vendor key: the two vendors whose keys are handed out by an API with a login: eBay and Plaid.
import { err, type Result } from '../core/result.ts';
import { encodeBinary, utf8 } from './encoding.ts';
import type { KeyQuery } from './key-source.ts';
import { publishedKey, type KeyRequest } from './published-key.ts';
import { secretPart } from './secret.ts';
import type { FailureReason } from './verdict.ts';

/** Ids go into URLs and bodies: letters, digits and hyphens only. */
const keyId = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * The public key of a Plaid webhook (plaid.com/docs/api/webhooks/webhook-verification).
 * Secret: `{ clientId, secret, environment? }`, environment `production` or `sandbox`.
 */
export async function fetchPlaidKey(query: KeyQuery): Promise<Result<string, FailureReason>> {
  const pinned = secretPart(query.secret, 'jwks') ?? secretPart(query.secret, 'jwk');
  if (pinned !== undefined) return { ok: true, value: pinned };
  if (query.text.startsWith('{')) return { ok: true, value: query.text };
  const clientId = secretPart(query.secret, 'clientId');
  const secret = secretPart(query.secret, 'secret');
  const environment = secretPart(query.secret, 'environment') === 'sandbox' ? 'sandbox' : 'production';
  if (clientId === undefined || secret === undefined) return err('malformed-secret');
  if (query.kid === undefined || !keyId.test(query.kid)) return err('unknown-key');
  const request: KeyRequest = {
    url: `https://${environment}.plaid.com/webhook_verification_key/get`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: clientId, secret, key_id: query.kid }),
  };
  return publishedKey(`plaid ${environment} ${query.kid}`, request, query.now, query.ports);
}

/**
 * The public key of an eBay notification (developer.ebay.com, Notification API, getPublicKey): a token of the application first.
 * Secret: `{ clientId, clientSecret, environment?, verificationToken? }`.
 */
export async function fetchEbayKey(query: KeyQuery): Promise<Result<string, FailureReason>> {
  const pinned = secretPart(query.secret, 'publicKey');
  if (pinned !== undefined) return { ok: true, value: JSON.stringify({ key: pinned }) };
  const clientId = secretPart(query.secret, 'clientId');
  const clientSecret = secretPart(query.secret, 'clientSecret');
  if (clientId === undefined || clientSecret === undefined) return err('malformed-secret');
  if (query.kid === undefined || !keyId.test(query.kid)) return err('unknown-key');
  const host =
    secretPart(query.secret, 'environment') === 'sandbox' ? 'api.sandbox.ebay.com' : 'api.ebay.com';
  const login: KeyRequest = {
    url: `https://${host}/identity/v1/oauth2/token`,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${encodeBinary(utf8(`${clientId}:${clientSecret}`), 'base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'https://api.ebay.com/oauth/api_scope',
    }).toString(),
  };
  const token = await publishedKey(`ebay token ${host} ${clientId}`, login, query.now, query.ports);
  const access = token.ok ? /"access_token"\s*:\s*"([^"]+)"/.exec(token.value)?.[1] : undefined;
  if (access === undefined) return err('key-unavailable');
  const request: KeyRequest = {
    url: `https://${host}/commerce/notification/v1/public_key/${query.kid}`,
    method: 'GET',
    headers: { authorization: `Bearer ${access}` },
  };
  return publishedKey(`ebay ${host} ${query.kid}`, request, query.now, query.ports);
}
