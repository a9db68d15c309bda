// Public key: keys in the forms that vendors publish them, and the verification of signatures with them.
import { certificateKey, ecdsaSignature } from './der.ts';
import { decodeBase64Key, decodeBinary, encodeBinary } from './encoding.ts';

/** Signature algorithms of vendors with public keys; ECDSA signatures are DER, RSA is PKCS #1 v1.5. */
export type PublicKeyAlgorithm =
  | 'ed25519'
  | 'ecdsa-p256-sha1'
  | 'ecdsa-p256-sha256'
  | 'rsa-sha1'
  | 'rsa-sha256'
  | 'rsa-sha512';

/** `raw-hex`, `raw-base64`: the 32 bytes of an Ed25519 key, perhaps after `whpk_` · `spki`: PEM (key or certificate) or its base64. */
export type PublicKeyForm = 'raw-hex' | 'raw-base64' | 'spki';

/** The key that a configured text is; undefined where it isn't one, or a weak one. */
export async function importPublicKey(
  text: string,
  form: PublicKeyForm,
  algorithm: PublicKeyAlgorithm,
): Promise<CryptoKey | undefined> {
  const bytes = keyBytes(text, form);
  if (bytes === undefined) return undefined;
  const isRaw = form !== 'spki' && bytes.byteLength === 32;
  if (isRaw && !isSoundEd25519(bytes)) return undefined;
  try {
    return await crypto.subtle.importKey(isRaw ? 'raw' : 'spki', bytes, parameters(algorithm), false, [
      'verify',
    ]);
  } catch {
    return undefined;
  }
}

/** The key that a JWK is (RFC 7517); undefined where it is of another type. */
export async function importJwk(
  jwk: JsonWebKey,
  algorithm: PublicKeyAlgorithm,
): Promise<CryptoKey | undefined> {
  const types = { ed25519: 'OKP', 'ecdsa-p256-sha1': 'EC', 'ecdsa-p256-sha256': 'EC' } as const;
  const type = algorithm in types ? types[algorithm === 'ed25519' ? 'ed25519' : 'ecdsa-p256-sha256'] : 'RSA';
  if (jwk.kty !== type) return undefined;
  if (type === 'OKP') return importPublicKey(toHex(jwk.x ?? ''), 'raw-hex', algorithm);
  const bare =
    type === 'EC' ? { kty: 'EC', crv: jwk.crv ?? '', x: jwk.x ?? '', y: jwk.y ?? '' } : rsaMembers(jwk);
  try {
    return await crypto.subtle.importKey('jwk', bare, parameters(algorithm), false, ['verify']);
  } catch {
    return undefined;
  }
}

/** Whether `signature` is the key's over `data`. Never throws on a signature that isn't one. */
export async function verifySignature(
  algorithm: PublicKeyAlgorithm,
  key: CryptoKey,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const raw = algorithm.startsWith('ecdsa') ? ecdsaSignature(signature, 32) : signature;
  if (raw === undefined || (algorithm === 'ed25519' && !isSoundScalar(raw))) return false;
  try {
    return await crypto.subtle.verify(parameters(algorithm), key, raw, data);
  } catch {
    return false;
  }
}

/** WebCrypto's parameters of an algorithm, for importing and for verifying alike. */
export function parameters(algorithm: PublicKeyAlgorithm): {
  name: string;
  hash?: string;
  namedCurve?: string;
} {
  switch (algorithm) {
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ecdsa-p256-sha1':
      return { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-1' };
    case 'ecdsa-p256-sha256':
      return { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    case 'rsa-sha1':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' };
    case 'rsa-sha256':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    case 'rsa-sha512':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' };
    default:
      return algorithm satisfies never;
  }
}

function keyBytes(text: string, form: PublicKeyForm): Uint8Array | undefined {
  const pem = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(text);
  if (pem !== null) {
    const der = decodeBase64Key((pem[2] ?? '').replaceAll(/\s/g, ''));
    if (der === undefined) return undefined;
    if (pem[1] === 'CERTIFICATE') return certificateKey(der);
    return pem[1] === 'PUBLIC KEY' ? der : undefined;
  }
  const bare = text.trim();
  return form === 'raw-hex' ? decodeBinary(bare, 'hex') : decodeBase64Key(bare.replace(/^whpk_/, ''));
}

function toHex(base64url: string): string {
  const bytes = decodeBinary(base64url, 'base64url');
  return bytes === undefined ? '' : encodeBinary(bytes, 'hex');
}

function rsaMembers(jwk: JsonWebKey): JsonWebKey {
  return { kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '' };
}

/**
 * Points of small order, by their y coordinate without the sign bit, canonical or not: with such a "key" one signature fits many
 * messages (RFC 8032 section 8.4; the list is that of libsodium's ed25519_ref10 `has_small_order`).
 */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

function isSoundEd25519(key: Uint8Array): boolean {
  const unsigned = key.slice();
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f;
  return !smallOrder.has(encodeBinary(unsigned, 'hex'));
}

/** The group's order, least significant byte first (RFC 8032 section 5.1). */
const groupOrder = decodeBinary('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex');

/** Whether the signature has 64 bytes and S < L: otherwise S + L would be a second signature of the same message. */
function isSoundScalar(signature: Uint8Array): boolean {
  if (signature.byteLength !== 64 || groupOrder === undefined) return false;
  const scalar = signature.subarray(32);
  for (let at = 31; at >= 0; at -= 1) {
    const difference = (scalar[at] ?? 0) - (groupOrder[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
