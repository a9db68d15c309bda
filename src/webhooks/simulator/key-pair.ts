// Key pair: stands in for a vendor's own, where only the vendor can sign. The public half goes into the source's secret.
import { encodeBinary } from '../encoding.ts';
import type { Provider, Scheme } from '../provider.ts';
import type { PublicKeyAlgorithm } from '../public-key.ts';
import { publicAlgorithm } from '../schemes/jwt.ts';

/** The algorithm of a scheme's key pairs; undefined where it is keyed with the secret alone. */
export function keyAlgorithm(scheme: Scheme): PublicKeyAlgorithm | undefined {
  if (scheme.kind === 'asymmetric') return scheme.algorithm;
  if (scheme.kind !== 'jwt' || scheme.key === undefined) return undefined;
  return scheme.algorithms.map(publicAlgorithm).find((algorithm) => algorithm !== undefined);
}

/** Whether the scheme signs with nothing but a private key: the owner's secret can't stand in for it. */
export function needsPrivateKey(scheme: Scheme): boolean {
  if (scheme.kind === 'jwt') return scheme.algorithms.every((name) => publicAlgorithm(name) !== undefined);
  return scheme.kind === 'asymmetric';
}

/** WebCrypto's parameters of a key, with what making an RSA key needs. */
export function pairParameters(algorithm: PublicKeyAlgorithm): {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
} {
  if (algorithm === 'ed25519') return { name: 'Ed25519' };
  if (algorithm.startsWith('ecdsa')) return { name: 'ECDSA', namedCurve: 'P-256' };
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: algorithm.replace('rsa-sha', 'SHA-'),
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
}

/** Makes a pair whose halves can be exported. */
export async function makeKeyPair(algorithm: PublicKeyAlgorithm): Promise<CryptoKeyPair> {
  const made = await crypto.subtle.generateKey(pairParameters(algorithm), true, ['sign', 'verify']);
  if (!('publicKey' in made)) throw new TypeError(`Cannot make a key pair for ${algorithm}`);
  return made;
}

/** The source's secret that takes what the private half signs: in the form that the vendor's console would show. */
export async function pinnedSecret(
  provider: Provider,
  scheme: Scheme,
  publicKey: CryptoKey,
): Promise<string> {
  const source = scheme.kind === 'asymmetric' || scheme.kind === 'jwt' ? scheme.key : undefined;
  if (source?.from === 'secret' && source.form !== 'spki') {
    const raw = await exported(publicKey, 'raw');
    if (source.form === 'raw-hex') return encodeBinary(raw, 'hex');
    return `${scheme.secretPrefix ?? ''}${encodeBinary(raw, 'base64')}`;
  }
  if (source?.from === 'plaid') {
    const jwk = await crypto.subtle.exportKey('jwk', publicKey);
    return JSON.stringify({ jwks: JSON.stringify({ keys: [jwk] }) });
  }
  const base64 = encodeBinary(await exported(publicKey, 'spki'), 'base64');
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----`;
  if (source?.from === 'secret') return scheme.secretPrefix === undefined ? base64 : pem;
  return JSON.stringify({ publicKey: pem, ...accounts[provider.id] });
}

/** Who the owner is at vendors that sign for all their customers with one key: as the plain samples name it. */
const accounts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'aws-sns': { topicArn: 'sample-TopicArn' },
  paypal: { webhookId: 'WH-SAMPLE' },
};

async function exported(key: CryptoKey, format: 'raw' | 'spki'): Promise<Uint8Array> {
  const data = await crypto.subtle.exportKey(format, key);
  if (!(data instanceof ArrayBuffer)) throw new TypeError(`Cannot export the key as ${format}`);
  return new Uint8Array(data);
}
