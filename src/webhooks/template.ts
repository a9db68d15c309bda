// Template: the one small language of the recipes. `v0:{timestamp}:{body}` says what is signed, `{json:type}.{json:action}` names an
// event. A placeholder is `{place}` or `{place:path}`; the rest is literal text.
import { concatBytes, utf8 } from './encoding.ts';

/**
 * Where a placeholder is looked up.
 * - `body` the raw bytes · `body-sha256` their SHA-256 in hex · `method` · `url` the public URL · `endpoint` the same without its query
 * - `header:name` · `query:name` · `json:dotted.path` · `form:name` · `form-json:name.path`, of the JSON in a form's field
 * - `xml:tag`, the first such element's text · `item:dotted.path` of a batch · `claim:name` of a JWT
 * - `field:name` of the signature header · `timestamp` as the request has it · `secret` and `part:name` of the secret
 * - `canonical:form`, a text that only code can make (src/webhooks/canonical) · `challenge` and `proof` of a handshake
 *
 * A path that ends in `?` is optional: the empty string where there is nothing.
 */
const places = [
  'body',
  'body-sha256',
  'method',
  'url',
  'endpoint',
  'header',
  'query',
  'json',
  'form',
  'form-json',
  'xml',
  'item',
  'claim',
  'field',
  'timestamp',
  'secret',
  'part',
  'canonical',
  'challenge',
  'proof',
] as const;

export type Place = (typeof places)[number];

/** A piece of a compiled template: literal text, or a place to look up. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'place'; readonly place: Place; readonly path: string; readonly isOptional: boolean };

/** The text at a place of the request; undefined where there is none, which makes the whole template undefined. */
export type Lookup = (place: Place, path: string) => string | undefined;

const compiled = new Map<string, readonly Piece[]>();

/**
 * The pieces of `template`. Recipes are constants, so each is compiled once and kept.
 * @throws {TypeError} on an unknown place: a recipe is code, so that is a bug (and a test compiles them all).
 */
export function compileTemplate(template: string): readonly Piece[] {
  const known = compiled.get(template);
  if (known !== undefined) return known;
  const pieces = template
    .split(/(\{[a-z0-9-]+(?::[^{}]+)?\})/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') && part.endsWith('}') ? toPlace(part.slice(1, -1)) : toText(part)));
  compiled.set(template, pieces);
  return pieces;
}

/** The template's text; undefined where a place is empty-handed. An empty string is a value. */
export function fillTemplate(template: string, lookup: Lookup): string | undefined {
  let text = '';
  for (const piece of compileTemplate(template)) {
    const part = textOf(piece, lookup);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

/** The template's bytes, with `{body}` as it came over the wire; a template that is the body alone makes no copy. */
export function fillBytes(template: string, body: Uint8Array, lookup: Lookup): Uint8Array | undefined {
  const chunks: Uint8Array[] = [];
  for (const piece of compileTemplate(template)) {
    if (piece.kind === 'place' && piece.place === 'body') {
      chunks.push(body);
      continue;
    }
    const part = textOf(piece, lookup);
    if (part === undefined) return undefined;
    chunks.push(utf8(part));
  }
  return concatBytes(chunks);
}

/** Whether `template` looks at `place` (and `path`, compared without case for headers). */
export function looksAt(template: string, place: Place, path = ''): boolean {
  return compileTemplate(template).some(
    (piece) =>
      piece.kind === 'place' &&
      piece.place === place &&
      (path === '' ||
        piece.path === path ||
        (place === 'header' && piece.path.toLowerCase() === path.toLowerCase())),
  );
}

/**
 * A JSON value as the text of an id or a type: strings as they are, booleans, and numbers that kept all their digits.
 * A number beyond 2^53 is refused: two ids could have become one.
 */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

function textOf(piece: Piece, lookup: Lookup): string | undefined {
  if (piece.kind === 'text') return piece.text;
  return lookup(piece.place, piece.path) ?? (piece.isOptional ? '' : undefined);
}

function toText(text: string): Piece {
  if (/[{}]/.test(text)) throw new TypeError(`Cannot compile a template: unknown placeholder in "${text}"`);
  return { kind: 'text', text };
}

function toPlace(inner: string): Piece {
  const colon = inner.indexOf(':');
  const name = colon < 0 ? inner : inner.slice(0, colon);
  const place = places.find((candidate) => candidate === name);
  if (place === undefined) throw new TypeError(`Cannot compile a template: "${name}" is no place`);
  const path = colon < 0 ? '' : inner.slice(colon + 1);
  const isOptional = path.endsWith('?');
  return { kind: 'place', place, path: isOptional ? path.slice(0, -1) : path, isOptional };
}
