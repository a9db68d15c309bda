// Claim: what a genuine token says of itself and of the request: who made it, for whom, when, and for which URL and body.
import type { Delivery } from '../delivery.ts';
import { decodeBinary, equalBytes, type BinaryEncoding } from '../encoding.ts';
import { fillBytes, fillTemplate, scalarText, type Lookup } from '../template.ts';
import { judgeTime } from '../timestamp.ts';
import { valueAt } from '../json.ts';
import type { Token } from '../token.ts';
import type { FailureReason } from '../verdict.ts';

export interface ClaimRecipe {
  /**
   * Claims that equal what one of the templates gives, or with `isBaseOf` are a URL under which it lies. Where no template has a
   * value (a part that isn't configured), `optional` lets it pass.
   */
  readonly claims?: readonly {
    readonly claim: string;
    readonly is: readonly string[];
    readonly optional?: true;
    readonly isBaseOf?: true;
  }[];
  /** Claims that are a SHA-256 of a part of the request. */
  readonly binds?: readonly {
    readonly claim: string;
    readonly of: string;
    readonly encoding: BinaryEncoding;
    /** The claim is there if and only if there is a body. */
    readonly iffBody?: true;
  }[];
  readonly times: {
    /** Claims that must be there. All that are there are judged. */
    readonly required: readonly ('exp' | 'nbf' | 'iat')[];
    /** Seconds by which the clocks may differ. */
    readonly leewaySeconds: number;
    /** Seconds after `iat` for which the token is taken, where it has no `exp`. */
    readonly ageSecondsMax?: number;
    /** Header parameter with the time of signing in Unix seconds, for tokens without claims. */
    readonly headerTime?: string;
  };
}

/** Times past this many seconds (the year 5138) are not times; `1e20` would never expire. */
const secondsMax = 1e11;

/** Why the claims don't fit; undefined where they do. */
export async function judgeClaims(
  recipe: ClaimRecipe,
  token: Token,
  delivery: Delivery,
  lookup: Lookup,
  now: Date,
): Promise<FailureReason | undefined> {
  const late = judgeTimes(recipe, token, now);
  if (late !== undefined) return late;
  for (const { claim, is, optional, isBaseOf } of recipe.claims ?? []) {
    const expected = is.flatMap((template) => fillTemplate(template, lookup) ?? []);
    if (expected.length === 0 && optional === true) continue;
    const fits = isBaseOf === true ? isBase : isEqual;
    const given = textsOf(token.claims[claim]);
    if (!given.some((text) => expected.some((other) => fits(text, other)))) return 'claim-mismatch';
  }
  for (const bind of recipe.binds ?? []) {
    const given = token.claims[bind.claim];
    if (bind.iffBody === true && delivery.body.byteLength === 0) {
      if (given !== undefined) return 'claim-mismatch';
      continue;
    }
    const data = fillBytes(bind.of, delivery.body, lookup);
    if (typeof given !== 'string' || data === undefined) return 'claim-mismatch';
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    const expected = decodeBinary(given, bind.encoding);
    if (expected === undefined || !equalBytes(expected, digest)) return 'claim-mismatch';
  }
  return undefined;
}

function isEqual(text: string, other: string): boolean {
  return text === other;
}

/** Whether `base` is a URL with a host, and `url` is it or lies under it: `https://a.example` is no base of `https://a.example.evil`. */
function isBase(base: string, url: string): boolean {
  const bare = base.replace(/\/$/, '');
  return /^https:\/\/[^/]+/.test(bare) && (url === bare || url.startsWith(`${bare}/`));
}

function judgeTimes({ times }: ClaimRecipe, token: Token, now: Date): FailureReason | undefined {
  const read = (name: string): number | undefined | 'malformed' => {
    const value = valueAt(token.claims, name);
    if (value === undefined) return undefined;
    return typeof value === 'number' && value >= 0 && value <= secondsMax ? value : 'malformed';
  };
  const [expires, begins, issued] = [read('exp'), read('nbf'), read('iat')];
  if (expires === 'malformed' || begins === 'malformed' || issued === 'malformed')
    return 'malformed-timestamp';
  const given = { exp: expires, nbf: begins, iat: issued };
  if (times.required.some((name) => given[name] === undefined)) return 'missing-timestamp';
  const seconds = now.getTime() / 1000;
  if (expires !== undefined && seconds >= expires + times.leewaySeconds) return 'stale-timestamp';
  if (begins !== undefined && seconds < begins - times.leewaySeconds) return 'future-timestamp';
  if (issued !== undefined && issued > seconds + Math.max(times.leewaySeconds, 60)) return 'future-timestamp';
  if (issued !== undefined && times.ageSecondsMax !== undefined && seconds > issued + times.ageSecondsMax) {
    return 'stale-timestamp';
  }
  return times.headerTime === undefined ? undefined : judgeHeaderTime(token, times.headerTime, times, now);
}

function judgeHeaderTime(
  token: Token,
  name: string,
  times: ClaimRecipe['times'],
  now: Date,
): FailureReason | undefined {
  const value = token.header[name];
  const seconds = typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || seconds < 0 || seconds > secondsMax) return 'missing-timestamp';
  return judgeTime(seconds * 1000, now, times.ageSecondsMax ?? null);
}

/** A claim as texts: `aud` may be a list. */
function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((item) => scalarText(item) ?? []);
}
