// Secret: what an owner configures for a source, and the key that a recipe makes of it.
import { decodeBase64Key, decodeBinary, utf8 } from './encoding.ts';

/** A vendor's secret: one text, or named parts where the vendor has several (`{ webhookId, certPem }`). */
export type Secret = string | { readonly [part: string]: string };

/** One configured secret and its position in the source's list: what a verdict names as `key`. */
export interface IndexedSecret {
  readonly key: number;
  readonly secret: Secret;
}

/** Secrets judged for one delivery: a rotation needs two, a long overlap three or four. */
const secretsMax = 8;

/**
 * How a key is made of a secret's text.
 * - `utf8` the text as it is · `hex`, `base64` decoded
 * - `whsec` the part after `whsec_` (and `v1,` before it), base64 (Standard Webhooks, "Secret format")
 * - `nfkd` UTF-8 of the text in Unicode form NFKD (EasyPost) · `sha1` the 20 bytes of its SHA-1 (Braintree)
 * - `signkey` UTF-8 without `signkey-<env>-` (Inngest)
 */
export type KeyForm = 'utf8' | 'hex' | 'base64' | 'whsec' | 'nfkd' | 'sha1' | 'signkey';

/**
 * The secrets that can be judged: the first eight, without empty ones.
 * An empty secret is a forgotten variable; as an HMAC key it would let anyone sign.
 */
export function usableSecrets(secrets: readonly Secret[]): readonly IndexedSecret[] {
  return secrets
    .slice(0, secretsMax)
    .map((secret, key) => ({ key, secret }))
    .filter(({ secret }) =>
      typeof secret === 'string' ? secret !== '' : Object.values(secret ?? {}).some((part) => part !== ''),
    );
}

/** A named part of a secret; undefined where the secret is one text or lacks the part. */
export function secretPart(secret: Secret, part: string): string | undefined {
  if (typeof secret === 'string' || !Object.hasOwn(secret, part)) return undefined;
  const text = secret[part];
  return text === '' ? undefined : text;
}

/** The texts of a secret that can sign: the secret itself, its parts of these names, or its only part. */
export function secretTexts(secret: Secret, parts: readonly string[]): readonly string[] {
  if (typeof secret === 'string') return [secret];
  const named = parts.flatMap((part) => secretPart(secret, part) ?? []);
  if (named.length > 0) return named;
  const values = Object.values(secret);
  return values.length === 1 ? values : [];
}

/** Bytes of the key; undefined where the text is not of that form. */
export async function keyBytes(text: string, form: KeyForm): Promise<Uint8Array | undefined> {
  switch (form) {
    case 'utf8':
      return utf8(text);
    case 'nfkd':
      return utf8(text.normalize('NFKD'));
    case 'hex':
      return decodeBinary(text, 'hex');
    case 'base64':
      return decodeBase64Key(text);
    case 'whsec':
      return decodeBase64Key(text.replace(/^v1,/, '').replace(/^whsec_/, ''));
    case 'signkey':
      return utf8(text.replace(/^signkey-[a-z0-9]+-/, ''));
    case 'sha1':
      return new Uint8Array(await crypto.subtle.digest('SHA-1', utf8(text)));
    default:
      return form satisfies never;
  }
}
