// Signature: where a delivery carries its signatures, and how they are written there.
import { err, ok, type Result } from '../core/result.ts';
import { decodeBinary, type BinaryEncoding } from './encoding.ts';
import type { FailureReason } from './verdict.ts';
import { fillTemplate, type Lookup } from './template.ts';

/** Signatures judged in one delivery: a rotation needs two. More would only buy a forger our CPU. */
const signaturesMax = 8;

/** Characters of one signature header: eight RSA-4096 signatures in base64 fit. */
const headerLengthMax = 8192;

/**
 * How signatures are written.
 * - `bare`: one value, after `prefix` where there is one (`sha256=…`)
 * - `list`: several, split at `separator`; only those that begin with `prefix` count (`v1,… v1,…`); the signature is what follows `after`
 * - `pairs`: `t=1,v1=…,v1=…`; the signatures are the pairs named `signature`, the others are fields. `groups` separates repeats of the whole
 * - `positional`: the first value is the field `t`, the rest are signatures (`1700000000000,…,…`)
 */
export type SignatureFormat =
  | { readonly kind: 'bare'; readonly prefix?: string; readonly prefixOptional?: boolean }
  | { readonly kind: 'list'; readonly separator: string; readonly prefix?: string; readonly after?: string }
  | {
      readonly kind: 'pairs';
      readonly separator: string;
      readonly signature: string;
      readonly groups?: string;
      /** What a sender writes beside the signature, always the same: for signing only. */
      readonly fields?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'positional'; readonly separator: string };

export interface SignatureRecipe {
  /** Templates of the places; every one that is there is judged (a vendor with a primary and a secondary header). */
  readonly at: readonly string[];
  readonly encoding: BinaryEncoding;
  readonly format?: SignatureFormat;
}

/** Signatures that belong together with the fields that came beside them. */
export interface SignatureGroup {
  readonly signatures: readonly Uint8Array[];
  readonly fields: ReadonlyMap<string, string>;
}

/** The delivery's signatures: at least one group with at least one signature in it. */
export function readSignatures(
  recipe: SignatureRecipe,
  lookup: Lookup,
): Result<
  readonly SignatureGroup[],
  Extract<FailureReason, 'missing-signature' | 'malformed-signature' | 'too-many-signatures'>
> {
  const format = recipe.format ?? { kind: 'bare' };
  const values = recipe.at
    .map((place) => fillTemplate(place, lookup))
    .filter((value) => value !== undefined && value !== '');
  if (values.length === 0) return err('missing-signature');
  const groups: SignatureGroup[] = [];
  let count = 0;
  let isMalformed = false;
  for (const value of values) {
    if (value === undefined || value.length > headerLengthMax) return err('malformed-signature');
    const texts = splitValue(value, format);
    if (texts === undefined) return err('malformed-signature');
    for (const group of texts) {
      count += group.signatures.length;
      if (count > signaturesMax) return err('too-many-signatures');
      const decoded = group.signatures.map((text) => decodeBinary(text, recipe.encoding));
      const signatures = decoded.filter((bytes) => bytes !== undefined);
      // Beside a well-formed one, another is passed over, as vendors' SDKs do (stripe-node's tests: `v1=potato`). But a comma in
      // one is two headers joined, "bad, good", which no vendor sends.
      if (group.signatures.some((text) => text.includes(','))) return err('malformed-signature');
      if (signatures.length > 0) groups.push({ signatures, fields: group.fields });
      else isMalformed ||= decoded.length > 0;
    }
  }
  if (groups.length > 0) return ok(groups);
  return err(isMalformed ? 'malformed-signature' : 'missing-signature');
}

interface TextGroup {
  readonly signatures: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
}

const noFields: ReadonlyMap<string, string> = new Map();

/** The texts of a header's signatures; undefined where it is not of that format or says something twice. */
function splitValue(value: string, format: SignatureFormat): readonly TextGroup[] | undefined {
  switch (format.kind) {
    case 'bare': {
      const prefix = format.prefix ?? '';
      if (value.startsWith(prefix)) return [{ signatures: [value.slice(prefix.length)], fields: noFields }];
      return format.prefixOptional === true ? [{ signatures: [value], fields: noFields }] : undefined;
    }
    case 'list': {
      const entries = value.split(format.separator).map((entry) => entry.trim());
      const prefix = format.prefix ?? '';
      const signatures = entries
        .filter((entry) => entry.startsWith(prefix))
        .map((entry) => entry.slice(prefix.length))
        .map((entry) => (format.after === undefined ? entry : entry.slice(entry.indexOf(format.after) + 1)));
      return [{ signatures, fields: noFields }];
    }
    case 'pairs': {
      const groups = (format.groups === undefined ? [value] : value.split(format.groups)).map((group) =>
        splitPairs(group, format.separator, format.signature),
      );
      return groups.every((group) => group !== undefined) ? groups : undefined;
    }
    case 'positional': {
      const [first, ...rest] = value.split(format.separator).map((entry) => entry.trim());
      return first === undefined ? undefined : [{ signatures: rest, fields: new Map([['t', first]]) }];
    }
    default:
      return format satisfies never;
  }
}

/** Pairs of one group. A field given twice is ambiguous (which `t` was signed?) and refused. */
function splitPairs(group: string, separator: string, signature: string): TextGroup | undefined {
  const signatures: string[] = [];
  const fields = new Map<string, string>();
  for (const pair of group.split(separator)) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    const value = unquote(pair.slice(equals + 1).trim());
    if (name === signature) {
      signatures.push(value);
    } else {
      if (fields.has(name) && !isVersion(name)) return undefined;
      fields.set(name, value);
    }
  }
  return { signatures, fields };
}

function unquote(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

/** Signatures of versions that the recipe doesn't judge (`v0`, `h2`) may well repeat. */
function isVersion(name: string): boolean {
  return /^[vh]\d$/.test(name);
}
