// HMAC: a MAC over parts of the request, keyed with the shared secret. Most vendors; each is a recipe of the same five choices.
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { equalBytes } from '../encoding.ts';
import { cachedKey } from '../key-cache.ts';
import { lookupIn } from '../lookup.ts';
import { keyBytes, secretTexts, type IndexedSecret, type KeyForm } from '../secret.ts';
import { readSignatures, type SignatureGroup, type SignatureRecipe } from '../signature.ts';
import { fillBytes, fillTemplate } from '../template.ts';
import { judgeTime, parseTimestamp, type TimestampRecipe } from '../timestamp.ts';
import type { FailureReason } from '../verdict.ts';

export type HmacHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface HmacScheme {
  readonly kind: 'hmac';
  readonly hash: HmacHash;
  readonly signature: SignatureRecipe;
  /** Template of the signed bytes; `{body}` is the raw body. */
  readonly signed: string;
  readonly timestamp?: TimestampRecipe;
  /** Default `utf8`. */
  readonly key?: KeyForm;
  /** Names of the secret's parts that sign, where it has several (Box: `primary`, `secondary`). */
  readonly keyParts?: readonly string[];
}

/**
 * Judges one delivery: one MAC a key and group, compared in constant time with each signature given.
 * The age is judged last, on the timestamp that was signed, so that the log tells a late delivery from a forged one.
 */
export async function verifyHmac(
  scheme: HmacScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
): Promise<Result<number, FailureReason>> {
  const groups = readSignatures(scheme.signature, lookupIn(delivery));
  if (!groups.ok) return groups;
  let reason: FailureReason = 'no-match';
  for (const group of groups.value) {
    const result = await verifyGroup(scheme, delivery, group, secrets, now);
    if (result.ok) return result;
    reason = result.error;
  }
  return err(reason);
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

async function verifyGroup(
  scheme: HmacScheme,
  delivery: Delivery,
  group: SignatureGroup,
  secrets: readonly IndexedSecret[],
  now: Date,
): Promise<Result<number, FailureReason>> {
  const lookup = lookupIn(delivery, { field: (name) => group.fields.get(name) });
  const stamp = readTimestamp(scheme.timestamp, lookup);
  if (!stamp.ok) return stamp;
  const withStamp = lookupIn(delivery, {
    field: (name) => group.fields.get(name),
    timestamp: () => stamp.value?.text,
  });
  const data = fillBytes(scheme.signed, delivery.body, withStamp);
  if (data === undefined) return err('missing-part');
  const matched = await matchKey(scheme, data, group.signatures, secrets);
  if (!matched.ok || stamp.value === undefined || scheme.timestamp === undefined) return matched;
  const late = judgeTime(stamp.value.milliseconds, now, scheme.timestamp.toleranceSeconds);
  return late === undefined ? matched : err(late);
}

async function matchKey(
  scheme: HmacScheme,
  data: Uint8Array,
  signatures: readonly Uint8Array[],
  secrets: readonly IndexedSecret[],
): Promise<Result<number, FailureReason>> {
  let reason: FailureReason = 'no-secret';
  for (const { key, secret } of secrets) {
    for (const text of secretTexts(secret, scheme.keyParts ?? [])) {
      const mac = await computeHmac(text, scheme.key ?? 'utf8', scheme.hash, data);
      if (mac === undefined) {
        if (reason === 'no-secret') reason = 'malformed-secret';
        continue;
      }
      reason = 'no-match';
      if (signatures.some((signature) => equalBytes(signature, mac))) return ok(key);
    }
  }
  return err(reason);
}

interface ReadTimestamp {
  readonly text: string;
  readonly milliseconds: number;
}

/** The timestamp as text (which is signed) and as a time; undefined where the scheme has none. */
export function readTimestamp(
  recipe: TimestampRecipe | undefined,
  lookup: ReturnType<typeof lookupIn>,
): Result<ReadTimestamp | undefined, 'missing-timestamp' | 'malformed-timestamp'> {
  if (recipe === undefined) return ok(undefined);
  const text = fillTemplate(recipe.at, lookup);
  if (text === undefined || text === '') return err('missing-timestamp');
  const milliseconds = parseTimestamp(text, recipe.unit);
  return milliseconds === undefined ? err('malformed-timestamp') : ok({ text, milliseconds });
}
