// Dedupe key: what two deliveries of the same event have in common, made of what was signed and nothing else.
import type { Delivery } from './delivery.ts';
import { encodeBinary, utf8 } from './encoding.ts';
import type { Provider } from './provider.ts';
import { spellings } from './schemes/signed.ts';
import { compileTemplate, fillTemplate, looksAt, type Lookup, type Piece, type Place } from './template.ts';

/** A template that had a value, and the value. */
export interface Filled {
  readonly template: string;
  readonly text: string;
}

/** The first of the alternatives that has a value other than the empty string. */
export function firstFilled(templates: readonly string[] | undefined, lookup: Lookup): Filled | undefined {
  for (const template of templates ?? []) {
    const text = fillTemplate(template, lookup);
    if (text !== undefined && text !== '') return { template, text };
  }
  return undefined;
}

/**
 * Digests of one delivery's content, made only where they are needed: hashing 1 MiB costs as much as verifying it.
 * Equal items of a batch are told apart by their number among equals: nothing else about them differs.
 */
export class ContentDigest {
  readonly #delivery: Delivery;
  readonly #whole: unknown;
  readonly #seen = new Map<string, number>();

  constructor(delivery: Delivery, whole: unknown) {
    this.#delivery = delivery;
    this.#whole = whole;
  }

  /** Hex SHA-256 of the body, or of the item's JSON; with `-1`, `-2` … for the second, third … item that is equal. */
  async of(item: unknown): Promise<string> {
    const digest =
      item === this.#whole ? await this.#delivery.bodySha256() : await sha256(JSON.stringify(item) ?? 'null');
    const count = this.#seen.get(digest) ?? 0;
    this.#seen.set(digest, count + 1);
    return count === 0 ? digest : `${digest}-${count}`;
  }
}

/** What the recipe declares, the id where it is signed, or else the content; `digest` is called at most once. */
export async function dedupeKey(
  provider: Provider,
  lookup: Lookup,
  id: Filled | undefined,
  digest: () => Promise<string>,
  now: Date,
): Promise<string> {
  const { dedupe, repeatsAfterSeconds } = provider.events;
  const declared = dedupe === 'content' ? undefined : firstFilled(dedupe, lookup);
  if (declared !== undefined) return `key:${await sha256(declared.text)}`;
  if (dedupe !== 'content' && id !== undefined && isSigned(provider, id.template)) return `id:${id.text}`;
  if (repeatsAfterSeconds === undefined) return `sha256:${await digest()}`;
  return `sha256:${await digest()}@${Math.floor(now.getTime() / 1000 / repeatsAfterSeconds)}`;
}

/** Whether the recipe's keys look at the body's digest, so that it has to be made first. */
export function needsBodyDigest(provider: Provider): boolean {
  const { dedupe, id } = provider.events;
  const templates = [...(dedupe === 'content' ? [] : (dedupe ?? [])), ...(id ?? [])];
  return templates.some((template) => looksAt(template, 'body-sha256') || looksAt(template, 'canonical'));
}

/**
 * Whether every scheme of the vendor vouches for all that the template looks at. The body and a token's claims count as vouched
 * for: where a scheme doesn't cover the body, the recipe declares what is covered. A header or a query parameter has to be
 * part of the signed text.
 */
function isSigned(provider: Provider, template: string): boolean {
  return compileTemplate(template).every((piece) => piece.kind === 'text' || isVouchedFor(provider, piece));
}

function isVouchedFor(provider: Provider, piece: Extract<Piece, { kind: 'place' }>): boolean {
  if (bodyPlaces.has(piece.place)) return true;
  return provider.schemes.every(
    (scheme) =>
      scheme.kind !== 'static-token' &&
      scheme.kind !== 'jwt' &&
      spellings(scheme).every((signed) => looksAt(signed, piece.place, piece.path)),
  );
}

const bodyPlaces: ReadonlySet<Place> = new Set<Place>(['json', 'item', 'form', 'form-json', 'xml', 'claim']);

async function sha256(text: string): Promise<string> {
  return encodeBinary(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))), 'hex');
}
