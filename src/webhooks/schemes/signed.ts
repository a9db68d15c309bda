// Signed: what all signing schemes have in common: signatures, a text or several that may have been signed, and the time of it.
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { valueAt } from '../json.ts';
import { lookupIn, type ExtraPlaces } from '../lookup.ts';
import { readSignatures, type SignatureGroup, type SignatureRecipe } from '../signature.ts';
import { fillTemplate, looksAt, scalarText, type Lookup } from '../template.ts';
import { judgeTime, parseTimestamp, type TimestampRecipe } from '../timestamp.ts';
import type { FailureReason } from '../verdict.ts';
import { fillerOf, type FillSigned } from './signed-text.ts';

export interface SignedRecipe {
  readonly signature: SignatureRecipe;
  /** Template of the signed bytes; `{body}` is the raw body. A list: the vendor may have signed any of these spellings of the same thing. */
  readonly signed: string | readonly string[];
  readonly timestamp?: TimestampRecipe;
  /** Dotted path of an array in the JSON body: every item carries a signature of its own (`{item:…}`), and all must be genuine. */
  readonly each?: string;
}

/** Items of one body that are judged one by one; Adyen sends one, and at most some hundred. */
const itemsMax = 1000;

/** Finds the key whose signature it is: the one thing that differs between MACs, digests and public keys. */
export type MatchKey = (
  fill: FillSigned,
  signatures: readonly Uint8Array[],
  lookup: Lookup,
) => Promise<Result<number, FailureReason>>;

/**
 * Judges a delivery whose signatures `match` can tell.
 * The age is judged last, on the timestamp that was signed, so that the log tells a late delivery from a forged one.
 */
export async function judgeSigned(
  recipe: SignedRecipe,
  delivery: Delivery,
  now: Date,
  match: MatchKey,
): Promise<Result<number, FailureReason>> {
  if (needsDigest(recipe, delivery)) await delivery.bodySha256();
  if (recipe.each === undefined) return judgeGroups(recipe, delivery, {}, now, match);
  const json = delivery.json();
  const items = json.ok ? valueAt(json.value, recipe.each) : undefined;
  if (!Array.isArray(items) || items.length === 0 || items.length > itemsMax) return err('malformed-body');
  let first: Result<number, FailureReason> | undefined;
  for (const item of items) {
    const places = { item: (path: string) => scalarText(valueAt(item, path)) };
    const result = await judgeGroups(recipe, delivery, places, now, match);
    if (!result.ok) return first === undefined ? result : err('item-not-signed');
    first ??= result;
  }
  return first ?? err('malformed-body');
}

/** The templates of a recipe's signed text. */
export function spellings(recipe: SignedRecipe): readonly string[] {
  return typeof recipe.signed === 'string' ? [recipe.signed] : recipe.signed;
}

/**
 * Whether a digest of the body is held against one in the request: made only then, as it takes as long as the MAC. A form that isn't
 * named here and looks at it finds none, and refuses.
 */
function needsDigest(recipe: SignedRecipe, delivery: Delivery): boolean {
  return spellings(recipe).some(
    (text) =>
      looksAt(text, 'body-sha256') ||
      looksAt(text, 'canonical', 'http-signature') ||
      (looksAt(text, 'canonical', 'twilio-form') && delivery.query('bodySHA256') !== undefined),
  );
}

async function judgeGroups(
  recipe: SignedRecipe,
  delivery: Delivery,
  places: ExtraPlaces,
  now: Date,
  match: MatchKey,
): Promise<Result<number, FailureReason>> {
  const groups = readSignatures(recipe.signature, lookupIn(delivery, places));
  if (!groups.ok) return groups;
  let reason: FailureReason = 'no-match';
  for (const group of groups.value) {
    const result = await judgeGroup(recipe, delivery, places, group, now, match);
    if (result.ok) return result;
    reason = result.error;
  }
  return err(reason);
}

async function judgeGroup(
  recipe: SignedRecipe,
  delivery: Delivery,
  places: ExtraPlaces,
  group: SignatureGroup,
  now: Date,
  match: MatchKey,
): Promise<Result<number, FailureReason>> {
  const inGroup: ExtraPlaces = { ...places, field: (name) => group.fields.get(name) };
  const stamp = readTimestamp(recipe.timestamp, lookupIn(delivery, inGroup));
  if (!stamp.ok) return stamp;
  const known: ExtraPlaces = { ...inGroup, timestamp: () => stamp.value?.text };
  const fill = fillerOf(spellings(recipe), delivery, known);
  const matched = await match(fill, group.signatures, lookupIn(delivery, known));
  if (!matched.ok || stamp.value === undefined || recipe.timestamp === undefined) return matched;
  const late = judgeTime(stamp.value.milliseconds, now, recipe.timestamp.toleranceSeconds);
  return late === undefined ? matched : err(late);
}

/** When a delivery says it was signed, ms since the epoch; undefined where it doesn't say, or says it of each item. */
export function signedTime(recipe: SignedRecipe, delivery: Delivery): number | undefined {
  const groups = readSignatures(recipe.signature, lookupIn(delivery));
  const fields = groups.ok ? groups.value[0]?.fields : undefined;
  const stamp = readTimestamp(recipe.timestamp, lookupIn(delivery, { field: (name) => fields?.get(name) }));
  return stamp.ok ? stamp.value?.milliseconds : undefined;
}

interface ReadTimestamp {
  readonly text: string;
  readonly milliseconds: number;
}

/** The timestamp as text (which is signed) and as a time; undefined where the scheme has none. */
function readTimestamp(
  recipe: TimestampRecipe | undefined,
  lookup: Lookup,
): Result<ReadTimestamp | undefined, 'missing-timestamp' | 'malformed-timestamp'> {
  if (recipe === undefined) return ok(undefined);
  const text = fillTemplate(recipe.at, lookup);
  if (text === undefined || text === '') return err('missing-timestamp');
  const milliseconds = parseTimestamp(text, recipe.unit);
  return milliseconds === undefined ? err('malformed-timestamp') : ok({ text, milliseconds });
}
