// JWT: the vendor sends a token about the request; what it binds (URL, body) is what was signed. Tokens are read strictly (RFC 8725).
import { flattenedVerify } from 'jose';
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { decodeBinary, utf8 } from '../encoding.ts';
import { findKeys, type KeySource } from '../key-source.ts';
import { lookupIn, secretPlaces } from '../lookup.ts';
import type { PublicKeyAlgorithm } from '../public-key.ts';
import type { KeyPorts } from '../published-key.ts';
import { secretTexts, type IndexedSecret } from '../secret.ts';
import { fillTemplate, type Lookup } from '../template.ts';
import { readToken, type Token } from '../token.ts';
import type { FailureReason } from '../verdict.ts';
import { judgeClaims, type ClaimRecipe } from './claim.ts';

/** Algorithms with public keys, by their names in a token (RFC 7518 section 3.1). */
const publicAlgorithms = {
  RS256: 'rsa-sha256',
  RS512: 'rsa-sha512',
  ES256: 'ecdsa-p256-sha256',
} as const satisfies Readonly<Record<string, PublicKeyAlgorithm>>;

type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512' | keyof typeof publicAlgorithms;

/** The public keys' algorithm of a token's; undefined where it is keyed with a secret. */
export function publicAlgorithm(algorithm: JwtAlgorithm): PublicKeyAlgorithm | undefined {
  const known: Partial<Record<JwtAlgorithm, PublicKeyAlgorithm>> = publicAlgorithms;
  return known[algorithm];
}

export interface JwtScheme extends ClaimRecipe {
  readonly kind: 'jwt';
  /** Template of the token's place. */
  readonly at: string;
  /** What stands before the token there (`Bearer `); the token alone is taken too. */
  readonly prefix?: string;
  readonly algorithms: readonly JwtAlgorithm[];
  /** Keys of those with public ones. HS256 and its kin are keyed with the secret, which then must not look like a public key. */
  readonly key?: KeySource;
  readonly keyParts?: readonly string[];
  /** The token has no payload of its own: the body is it (RFC 7515 appendix F, RFC 7797). */
  readonly detached?: true;
}

/** Judges one delivery: the token's signature with each secret, then its claims. */
export async function verifyJwt(
  scheme: JwtScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
  ports: KeyPorts,
): Promise<Result<number, FailureReason>> {
  const found = fillTemplate(scheme.at, lookupIn(delivery));
  if (found === undefined || found.trim() === '') return err('missing-signature');
  const token = readToken(stripPrefix(found, scheme.prefix), scheme.detached === true);
  if (token === undefined) return err('malformed-token');
  // With `b64` the payload means its own text, not what it decodes to (RFC 7797 section 3): there would be two readings of the claims.
  if (scheme.detached !== true && Object.hasOwn(token.header, 'b64')) return err('malformed-token');
  const algorithm = scheme.algorithms.find((name) => name === token.header['alg']);
  if (algorithm === undefined) return err('unsupported-algorithm');
  let reason: FailureReason = 'no-secret';
  for (const { key, secret } of secrets) {
    for (const text of secretTexts(secret, scheme.keyParts ?? [])) {
      const lookup = lookupIn(delivery, secretPlaces(secret, text));
      const keys = await keysOf(scheme, algorithm, { key, secret }, text, token, lookup, now, ports);
      if (!keys.ok) {
        if (reason === 'no-secret') reason = keys.error;
        continue;
      }
      if (reason === 'no-secret') reason = 'no-match';
      if (!(await isSigned(token, algorithm, keys.value, delivery))) continue;
      const claims = await judgeClaims(scheme, token, delivery, lookup, now);
      if (claims === undefined) return ok(key);
      reason = claims;
    }
  }
  return err(reason);
}

async function keysOf(
  scheme: JwtScheme,
  algorithm: JwtAlgorithm,
  { secret }: IndexedSecret,
  text: string,
  token: Token,
  lookup: Lookup,
  now: Date,
  ports: KeyPorts,
): Promise<Result<readonly (CryptoKey | Uint8Array)[], FailureReason>> {
  const published = publicAlgorithm(algorithm);
  if (published === undefined) {
    // A public key as a MAC's key would let everyone sign (RFC 8725 section 2.1).
    return looksPublic(text) ? err('malformed-secret') : ok([utf8(text)]);
  }
  if (scheme.key === undefined) return err('unsupported-algorithm');
  const kid = token.header['kid'];
  const query = { secret, text, lookup, kid: typeof kid === 'string' ? kid : undefined, now, ports };
  return findKeys(scheme.key, published, query);
}

async function isSigned(
  token: Token,
  algorithm: JwtAlgorithm,
  keys: readonly (CryptoKey | Uint8Array)[],
  delivery: Delivery,
): Promise<boolean> {
  const jws = { protected: token.protected, payload: payloadOf(token, delivery), signature: token.signature };
  for (const key of keys) {
    try {
      await flattenedVerify(jws, key, { algorithms: [algorithm] });
      return true;
    } catch {
      continue;
    }
  }
  return false;
}

/** The payload as jose wants it: base64url, or the raw bytes where the header says `"b64": false`. */
function payloadOf(token: Token, delivery: Delivery): string | Uint8Array {
  if (token.payload !== '') return token.payload;
  if (token.header['b64'] === false) return delivery.body;
  return delivery.bodyBase64Url();
}

function stripPrefix(text: string, prefix: string | undefined): string {
  return prefix !== undefined && text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function looksPublic(text: string): boolean {
  return (
    text.startsWith('-----BEGIN ') || text.startsWith('https://') || text.startsWith('{') || isSpki(text)
  );
}

/** Base64 of a SubjectPublicKeyInfo begins with a DER sequence of more than 32 bytes that holds another sequence. */
function isSpki(text: string): boolean {
  const bytes = text.length > 56 ? decodeBinary(text, 'base64') : undefined;
  return bytes !== undefined && bytes[0] === 0x30 && (bytes[1] === 0x59 || (bytes[1] ?? 0) >= 0x81);
}
