// HMAC: a MAC over parts of the request, keyed with the shared secret. Most vendors; each is a recipe of the same five choices.
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { equalBytes, equalText } from '../encoding.ts';
import { cachedKey } from '../key-cache.ts';
import { keyBytes, secretPart, secretTexts, type IndexedSecret, type KeyForm } from '../secret.ts';
import { fillTemplate, type Lookup } from '../template.ts';
import type { FailureReason } from '../verdict.ts';
import { judgeSigned, type SignedRecipe } from './signed.ts';

export type HmacHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface HmacScheme extends SignedRecipe {
  readonly kind: 'hmac';
  readonly hash: HmacHash;
  /** Default `utf8`. */
  readonly key?: KeyForm;
  /** Names of the secret's parts that sign, where it has several (Box: `primary`, `secondary`). */
  readonly keyParts?: readonly string[];
  /** Where the request names its keys, joined by `&`: secrets whose `part` is none of them are not judged (Pusher, Braintree). */
  readonly keyId?: { readonly at: string; readonly part: string };
}

/** Judges one delivery: one MAC a key and spelling, compared in constant time with each signature given. */
export function verifyHmac(
  scheme: HmacScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
): Promise<Result<number, FailureReason>> {
  return judgeSigned(scheme, delivery, now, async (fill, signatures, lookup) => {
    let reason: FailureReason = 'no-secret';
    for (const { key, secret, text } of signingTexts(scheme, secrets, lookup)) {
      const candidates = fill(secret, text);
      if (candidates === undefined) return err('missing-part');
      for (const data of candidates) {
        const mac = await computeHmac(text, scheme.key ?? 'utf8', scheme.hash, data);
        if (mac !== undefined && signatures.some((signature) => equalBytes(signature, mac))) return ok(key);
        if (mac !== undefined) reason = 'no-match';
        else if (reason === 'no-secret') reason = 'malformed-secret';
      }
    }
    return err(reason);
  });
}

/** The MAC of `data`; undefined where the secret's text is not of the key's form. */
export async function computeHmac(
  text: string,
  form: KeyForm,
  hash: HmacHash,
  data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const key = await cachedKey(`hmac ${hash} ${form} ${text}`, async () => {
    const bytes = await keyBytes(text, form);
    if (bytes === undefined || bytes.byteLength === 0) return undefined;
    return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['sign']);
  });
  return key === undefined ? undefined : new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

interface SigningText extends IndexedSecret {
  readonly text: string;
}

function signingTexts(
  scheme: HmacScheme,
  secrets: readonly IndexedSecret[],
  lookup: Lookup,
): readonly SigningText[] {
  const named = scheme.keyId === undefined ? undefined : fillTemplate(scheme.keyId.at, lookup);
  return secrets
    .filter(({ secret }) => isNamed(scheme, secret, named))
    .flatMap(({ key, secret }) =>
      secretTexts(secret, scheme.keyParts ?? []).map((text) => ({ key, secret, text })),
    );
}

/** A secret without that part fits every name: its owner has one key only. */
function isNamed(scheme: HmacScheme, secret: IndexedSecret['secret'], named: string | undefined): boolean {
  const own = scheme.keyId === undefined ? undefined : secretPart(secret, scheme.keyId.part);
  return own === undefined || named?.split('&').some((name) => equalText(own, name)) === true;
}
