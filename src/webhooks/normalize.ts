// Normalize: what does a genuine delivery say? Its events as CloudEvents, each with a key that two deliveries of the same event share.
import { err, ok, type Result } from '../core/result.ts';
import { readContent, type BodyError, type Content } from './body.ts';
import { Delivery, type WebhookRequest } from './delivery.ts';
import { encodeBinary, utf8 } from './encoding.ts';
import { valueAt } from './json.ts';
import { lookupIn, type ExtraPlaces } from './lookup.ts';
import type { EventRecipe, Provider } from './provider.ts';
import { spellings } from './schemes/signed.ts';
import {
  compileTemplate,
  fillTemplate,
  looksAt,
  scalarText,
  type Lookup,
  type Piece,
  type Place,
} from './template.ts';
import { parseTimestamp } from './timestamp.ts';
import { readToken } from './token.ts';
import { elementText } from './xml.ts';

/** Bytes of an event's id: what an object's key can hold beside its scope. */
export const eventIdBytesMax = 512;

/** Characters of an event's type. */
const eventTypeLengthMax = 256;

/** One event of a delivery: a CloudEvent (v1.0.2) and its deduplication key. Plain data. */
export interface ReceivedEvent {
  /** The vendor's own id, or one derived from the body's digest. */
  readonly id: string;
  /** Such as `com.github.push`: letters, digits, `.`, `_` and `-` only. */
  readonly type: string;
  /** Name of the source. */
  readonly source: string;
  /** When it happened, or when it was received where the vendor doesn't say; RFC 3339, UTC. */
  readonly time: string;
  readonly subject?: string;
  /** The body, or the item of the batch, as JSON. */
  readonly data: unknown;
  /** Made of signed data only: the same for a resend, whatever its unsigned headers say. At most 600 bytes of well-formed text. */
  readonly dedupeKey: string;
}

export type UnreadableReason = BodyError | 'id-malformed';

/**
 * The events of a delivery that was found genuine; an empty batch (a heartbeat) has none.
 * Where the vendor's id stands in an unsigned header, the key is the body's SHA-256: a replay under a new id is a duplicate.
 * @param context the source's name, and the receiver's clock for events that carry no time.
 */
export async function readEvents(
  provider: Provider,
  request: WebhookRequest,
  context: { readonly source: string; readonly now: Date },
): Promise<Result<readonly ReceivedEvent[], UnreadableReason>> {
  const delivery = Delivery.of(request);
  const content = readContent(provider.events, delivery);
  if (!content.ok) return content;
  const digest = await delivery.bodySha256();
  const places = contentPlaces(provider.events, delivery, content.value);
  const events: ReceivedEvent[] = [];
  const seen = new Map<string, number>();
  for (const item of toItems(provider.events, content.value.data)) {
    const itemDigest = item === content.value.data ? digest : await sha256(JSON.stringify(item) ?? 'null');
    const count = seen.get(itemDigest) ?? 0;
    seen.set(itemDigest, count + 1);
    const lookup = lookupIn(delivery, { ...places, item: (path) => scalarText(valueAt(item, path)) });
    const event = await readEvent(provider, lookup, item, context, { digest: itemDigest, nth: count });
    if (!event.ok) return event;
    events.push(event.value);
  }
  return ok(events);
}

/** The places that the content's wrapping changes: `{json:…}` looks into the data, wherever it was found. */
function contentPlaces(recipe: EventRecipe, delivery: Delivery, content: Content): ExtraPlaces {
  const beside = recipe.token === undefined ? undefined : fillTemplate(recipe.token.at, lookupIn(delivery));
  const bare =
    beside?.startsWith(recipe.token?.prefix ?? '') === true
      ? beside.slice((recipe.token?.prefix ?? '').length)
      : beside;
  const claims = content.claims ?? (bare === undefined ? undefined : readToken(bare)?.claims);
  return {
    json: (path) => scalarText(valueAt(content.data, path)),
    xml: (tag) => elementText(content.xml ?? '', tag),
    claim: (name) => scalarText(valueAt(claims, name)),
  };
}

function toItems(recipe: EventRecipe, data: unknown): readonly unknown[] {
  for (const path of recipe.batch ?? []) {
    const items = valueAt(data, path);
    if (Array.isArray(items)) return items;
  }
  return [data];
}

/** Which of a batch's items an event is: its digest, and how many equal ones came before it. */
interface ItemIdentity {
  readonly digest: string;
  readonly nth: number;
}

async function readEvent(
  provider: Provider,
  lookup: Lookup,
  item: unknown,
  context: { readonly source: string; readonly now: Date },
  { digest, nth }: ItemIdentity,
): Promise<Result<ReceivedEvent, 'id-malformed'>> {
  const recipe = provider.events;
  const again = nth === 0 ? '' : `-${nth}`;
  const found = firstFilled(recipe.id, lookup);
  const id = found?.text ?? `${digest}${again}`;
  if (!isSound(id)) return err('id-malformed');
  const subject = firstFilled(recipe.subject, lookup)?.text;
  return ok({
    id,
    type: toType(recipe, firstFilled(recipe.type, lookup)?.text),
    source: context.source,
    time: readTime(recipe, lookup) ?? context.now.toISOString(),
    ...(subject !== undefined && isSound(subject) ? { subject } : {}),
    data: item,
    dedupeKey: `${await identity(provider, lookup, found, digest, context.now)}${again}`,
  });
}

/** What makes the event this one: what the recipe declares, the id where it is signed, or else the content. */
async function identity(
  provider: Provider,
  lookup: Lookup,
  id: Filled | undefined,
  digest: string,
  now: Date,
): Promise<string> {
  const { dedupe, repeatsAfterSeconds } = provider.events;
  const declared = dedupe === 'content' ? undefined : firstFilled(dedupe, lookup);
  if (declared !== undefined) return `key:${await sha256(declared.text)}`;
  const isSigned =
    dedupe !== 'content' &&
    id !== undefined &&
    compileTemplate(id.template).every((piece) => signs(provider, piece));
  if (isSigned) return `id:${id.text}`;
  if (repeatsAfterSeconds === undefined) return `sha256:${digest}`;
  return `sha256:${digest}@${Math.floor(now.getTime() / 1000 / repeatsAfterSeconds)}`;
}

interface Filled {
  readonly template: string;
  readonly text: string;
}

function firstFilled(templates: readonly string[] | undefined, lookup: Lookup): Filled | undefined {
  for (const template of templates ?? []) {
    const text = fillTemplate(template, lookup);
    if (text !== undefined && text !== '') return { template, text };
  }
  return undefined;
}

/**
 * Whether every scheme of the vendor vouches for that place. The body and a token's claims count as vouched for: where a scheme
 * doesn't cover the body, the recipe names what is covered in `dedupe`. A header or query parameter has to be part of the signed text.
 */
function signs(provider: Provider, piece: Piece): boolean {
  if (piece.kind === 'text' || bodyPlaces.has(piece.place)) return true;
  return provider.schemes.every(
    (scheme) =>
      scheme.kind !== 'static-token' &&
      scheme.kind !== 'jwt' &&
      spellings(scheme).every((signed) => looksAt(signed, piece.place, piece.path)),
  );
}

const bodyPlaces: ReadonlySet<Place> = new Set<Place>(['json', 'item', 'form', 'form-json', 'xml', 'claim']);

/** An id is at most 512 bytes of well-formed text without control characters: SQLite would make U+FFFD of a lone surrogate and cut at NUL. */
function isSound(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text) && utf8(text).byteLength <= eventIdBytesMax;
}

/** `orders/create` becomes `com.shopify.orders.create`: separators become dots, anything else unusual `_`. */
function toType(recipe: EventRecipe, text: string | undefined): string {
  const name = (text ?? recipe.typeDefault ?? 'event')
    .replaceAll(/[/:]+/g, '.')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^\.|\.$/g, '');
  return `${recipe.prefix}.${name}`.slice(0, eventTypeLengthMax);
}

function readTime(recipe: EventRecipe, lookup: Lookup): string | undefined {
  if (recipe.time === undefined) return undefined;
  const filled = firstFilled(recipe.time.at, lookup);
  const milliseconds = filled === undefined ? undefined : parseTimestamp(filled.text, recipe.time.unit);
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

async function sha256(text: string): Promise<string> {
  return encodeBinary(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))), 'hex');
}
