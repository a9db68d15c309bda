// Key source: where a recipe's public keys come from: the owner's configuration, or what the vendor publishes.
import { err, ok, type Result } from '../core/result.ts';
import { cachedKey } from './key-cache.ts';
import { valueAt } from './json.ts';
import { importJwk, importPublicKey, type PublicKeyAlgorithm, type PublicKeyForm } from './public-key.ts';
import { isTrustedUrl, publishedKey, type KeyPorts } from './published-key.ts';
import { secretPart, type Secret } from './secret.ts';
import { fillTemplate, type Lookup } from './template.ts';
import type { FailureReason } from './verdict.ts';
import { fetchEbayKey, fetchPlaidKey } from './vendor-key.ts';

/**
 * - `secret`: the configured text, or its part called `publicKey`
 * - `certificate`: the X.509 certificate at a URL that the request names, if its host and path are the vendor's
 * - `jwks`: the key set (RFC 7517) at a URL of the recipe or the configuration; `kid` picks the key, else all are tried
 * - `pem-by-id`: the PEM at a URL of the recipe, to which the key's id is appended
 * - `ebay`, `plaid`: an authenticated API of the vendor's, asked by key id
 *
 * A secret's parts `publicKey`, `certPem` or `jwks` stand in for what would be fetched: the owner pins the key.
 */
export type KeySource =
  | { readonly from: 'secret'; readonly form: PublicKeyForm }
  | { readonly from: 'certificate'; readonly url: string; readonly host: string; readonly path: string }
  | { readonly from: 'jwks'; readonly url: string; readonly host?: string }
  | { readonly from: 'pem-by-id'; readonly url: string }
  | { readonly from: 'ebay' | 'plaid' };

/** What is known when a key is looked for. */
export interface KeyQuery {
  readonly secret: Secret;
  readonly text: string;
  readonly lookup: Lookup;
  /** The id by which the delivery names its key. */
  readonly kid: string | undefined;
  readonly now: Date;
  readonly ports: KeyPorts;
}

type KeyResult = Result<readonly CryptoKey[], FailureReason>;

/** The keys that may have signed: one, or all of a set whose keys have no ids. */
export async function findKeys(
  source: KeySource,
  algorithm: PublicKeyAlgorithm,
  query: KeyQuery,
): Promise<KeyResult> {
  switch (source.from) {
    case 'secret':
      return fromText(secretPart(query.secret, 'publicKey') ?? query.text, source.form, algorithm);
    case 'certificate':
      return fromCertificate(source, algorithm, query);
    case 'jwks':
      return fromKeySet(source, algorithm, query);
    case 'pem-by-id':
      return fromPemById(source.url, algorithm, query);
    case 'ebay':
      return fromApi(await fetchEbayKey(query), algorithm, query);
    case 'plaid':
      return fromApi(await fetchPlaidKey(query), algorithm, query);
    default:
      return source satisfies never;
  }
}

async function fromText(
  text: string,
  form: PublicKeyForm,
  algorithm: PublicKeyAlgorithm,
): Promise<KeyResult> {
  const key = await cachedKey(`${algorithm} ${form} ${text}`, () => importPublicKey(text, form, algorithm));
  return key === undefined ? err('malformed-secret') : ok([key]);
}

async function fromCertificate(
  source: Extract<KeySource, { from: 'certificate' }>,
  algorithm: PublicKeyAlgorithm,
  query: KeyQuery,
): Promise<KeyResult> {
  const url = fillTemplate(source.url, query.lookup);
  if (url === undefined) return err('missing-part');
  if (!isTrustedUrl(url, source.host, source.path)) return err('untrusted-key-url');
  const pinned = secretPart(query.secret, 'certPem') ?? secretPart(query.secret, 'publicKey');
  if (pinned !== undefined) return fromText(pinned, 'spki', algorithm);
  const pem = await publishedKey(url, { url, method: 'GET', headers: {} }, query.now, query.ports);
  if (!pem.ok) return pem;
  const keys = await fromText(pem.value, 'spki', algorithm);
  return keys.ok ? keys : err('key-unavailable');
}

async function fromPemById(base: string, algorithm: PublicKeyAlgorithm, query: KeyQuery): Promise<KeyResult> {
  if (query.kid === undefined || !/^[A-Za-z0-9_-]{1,128}$/.test(query.kid)) return err('unknown-key');
  const url = `${base}${query.kid}`;
  const pem = await publishedKey(url, { url, method: 'GET', headers: {} }, query.now, query.ports);
  if (!pem.ok) return pem;
  const keys = await fromText(pem.value, 'spki', algorithm);
  return keys.ok ? keys : err('unknown-key');
}

async function fromKeySet(
  source: Extract<KeySource, { from: 'jwks' }>,
  algorithm: PublicKeyAlgorithm,
  query: KeyQuery,
): Promise<KeyResult> {
  const pinnedPem =
    secretPart(query.secret, 'publicKey') ?? (query.text.startsWith('-----BEGIN ') ? query.text : undefined);
  if (pinnedPem !== undefined) return fromText(pinnedPem, 'spki', algorithm);
  const pinned = secretPart(query.secret, 'jwks') ?? (query.text.startsWith('{') ? query.text : undefined);
  if (pinned !== undefined) return fromApi(ok(pinned), algorithm, query);
  const url = fillTemplate(source.url, query.lookup);
  if (url === undefined || !isTrustedUrl(url, source.host ?? '.+')) return err('untrusted-key-url');
  const isWanted = (body: string): boolean => query.kid === undefined || pickJwks(body, query.kid).length > 0;
  const set = await publishedKey(url, { url, method: 'GET', headers: {} }, query.now, query.ports, isWanted);
  return fromApi(set, algorithm, query);
}

/** Keys of an answer: a PEM under `key`, one JWK (perhaps under `key`), or a set. */
async function fromApi(
  answer: Result<string, FailureReason>,
  algorithm: PublicKeyAlgorithm,
  query: KeyQuery,
): Promise<KeyResult> {
  if (!answer.ok) return answer;
  const pem = valueAt(parseQuietly(answer.value), 'key');
  if (typeof pem === 'string') return fromText(pem, 'spki', algorithm);
  const keys: CryptoKey[] = [];
  for (const jwk of pickJwks(answer.value, query.kid)) {
    const name = `${algorithm} jwk ${JSON.stringify(jwk)}`;
    const key = await cachedKey(name, () => importJwk(jwk, algorithm));
    if (key !== undefined) keys.push(key);
  }
  return keys.length === 0 ? err('unknown-key') : ok(keys);
}

/** At most eight keys of a set: those with that id, or all where the delivery names none. */
function pickJwks(body: string, kid: string | undefined): readonly JsonWebKey[] {
  const parsed = parseQuietly(body);
  const list = valueAt(parsed, 'keys') ?? [valueAt(parsed, 'key') ?? parsed];
  if (!Array.isArray(list)) return [];
  const isPicked = (jwk: unknown): jwk is JsonWebKey =>
    typeof jwk === 'object' && jwk !== null && (kid === undefined || [kid, undefined].includes(kidOf(jwk)));
  return list.filter(isPicked).slice(0, 8);
}

function kidOf(jwk: object): string | undefined {
  const kid = valueAt(jwk, 'kid');
  return typeof kid === 'string' ? kid : undefined;
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
