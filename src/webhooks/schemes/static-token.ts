// Static token: the sender shows a shared secret. It proves who knows the token, not that the body is as it was sent: `authenticated`.
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { encodeBinary, equalText, utf8 } from '../encoding.ts';
import { valueAt } from '../json.ts';
import { lookupIn } from '../lookup.ts';
import { secretPart, secretTexts, type IndexedSecret, type Secret } from '../secret.ts';
import { fillTemplate, scalarText, type Lookup } from '../template.ts';
import type { FailureReason } from '../verdict.ts';

export interface StaticTokenScheme {
  readonly kind: 'static-token';
  /** Templates of the places where the token may be. */
  readonly at: readonly string[];
  /**
   * How the token is written there. `plain` as it is · `bearer` after `Bearer ` · `basic` as HTTP Basic of `user:password`,
   * or of the parts `username` and `password`. Several: any of them.
   */
  readonly written: readonly ('plain' | 'bearer' | 'basic')[];
  /** A secret `{ header, value }` names a header of the owner's choice instead. */
  readonly ownHeader?: true;
  readonly keyParts?: readonly string[];
  /** Dotted path of an array in the JSON body: every item must show the token (`{item:…}`). */
  readonly each?: string;
}

/** Items of one body that are judged one by one. Microsoft Graph sends at most some hundred. */
const itemsMax = 1000;

/** Compares the token with each secret's, in constant time. */
export function verifyStaticToken(
  scheme: StaticTokenScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
): Result<number, FailureReason> {
  if (scheme.each === undefined) return judgeToken(scheme, delivery, secrets, lookupIn(delivery));
  const json = delivery.json();
  const items = json.ok ? valueAt(json.value, scheme.each) : undefined;
  if (!Array.isArray(items) || items.length === 0 || items.length > itemsMax) return err('malformed-body');
  let first: Result<number, FailureReason> | undefined;
  for (const item of items) {
    const lookup = lookupIn(delivery, { item: (path) => scalarText(valueAt(item, path)) });
    const result = judgeToken(scheme, delivery, secrets, lookup);
    if (!result.ok) return first === undefined ? result : err('item-not-signed');
    first ??= result;
  }
  return first ?? err('malformed-body');
}

function judgeToken(
  scheme: StaticTokenScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  lookup: Lookup,
): Result<number, FailureReason> {
  let reason: FailureReason = secrets.length === 0 ? 'no-secret' : 'missing-signature';
  for (const { key, secret } of secrets) {
    const own = scheme.ownHeader === true ? secretPart(secret, 'header') : undefined;
    const given =
      own === undefined
        ? scheme.at.flatMap((place) => fillTemplate(place, lookup) ?? [])
        : [headerOf(delivery, own)].filter((value) => value !== undefined);
    if (given.length === 0) continue;
    reason = 'no-match';
    const expected = own === undefined ? writtenTokens(scheme, secret) : [secretPart(secret, 'value') ?? ''];
    const same = given.flatMap((value) => expected.map((text) => text !== '' && equalText(value, text)));
    if (same.includes(true)) return ok(key);
  }
  return err(reason);
}

/** How the sender would write the token, in all the ways that the recipe takes. */
export function writtenTokens(scheme: StaticTokenScheme, secret: Secret): readonly string[] {
  const username = secretPart(secret, 'username');
  const password = secretPart(secret, 'password');
  const texts = username === undefined ? secretTexts(secret, scheme.keyParts ?? []) : [];
  const pair = username === undefined ? texts : [`${username}:${password ?? ''}`];
  const write = {
    plain: () => texts,
    bearer: () => texts.map((text) => `Bearer ${text}`),
    basic: () => pair.map((text) => `Basic ${encodeBinary(utf8(text), 'base64')}`),
  };
  return scheme.written.flatMap((way) => write[way]());
}

/** A header whose name the owner chose; undefined where the name is no header name at all. */
function headerOf(delivery: Delivery, name: string): string | undefined {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? (delivery.headers.get(name) ?? undefined) : undefined;
}
