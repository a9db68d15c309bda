// Normalize: what does a genuine delivery say? Its events as CloudEvents, each with a key that two deliveries of the same event share.
import { err, ok, type Result } from '../core/result.ts';
import { readContent, type BodyError, type Content } from './body.ts';
import { ContentDigest, dedupeKey, firstFilled, needsBodyDigest } from './dedupe-key.ts';
import { Delivery, type WebhookRequest } from './delivery.ts';
import { utf8 } from './encoding.ts';
import { valueAt } from './json.ts';
import { lookupIn, type ExtraPlaces } from './lookup.ts';
import type { EventRecipe, Provider } from './provider.ts';
import { fillTemplate, scalarText, type Lookup } from './template.ts';
import { parseTimestamp } from './timestamp.ts';
import { readToken } from './token.ts';
import { elementText } from './xml.ts';

/** Bytes of an event's id: what an object's key can hold beside its scope. */
const eventIdBytesMax = 512;

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
  if (needsBodyDigest(provider)) await delivery.bodySha256();
  const places = contentPlaces(provider.events, delivery, content.value);
  const digest = new ContentDigest(delivery, content.value.data);
  const events: ReceivedEvent[] = [];
  for (const item of toItems(provider.events, content.value.data)) {
    const lookup = lookupIn(delivery, { ...places, item: (path) => scalarText(valueAt(item, path)) });
    const event = await readEvent(provider, lookup, item, digest, context);
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

async function readEvent(
  provider: Provider,
  lookup: Lookup,
  item: unknown,
  digest: ContentDigest,
  context: { readonly source: string; readonly now: Date },
): Promise<Result<ReceivedEvent, 'id-malformed'>> {
  const recipe = provider.events;
  const found = firstFilled(recipe.id, lookup);
  // Without an id the digest is both id and key, and must be counted once.
  let digestText: string | undefined;
  const digestOnce = async (): Promise<string> => (digestText ??= await digest.of(item));
  const id = found?.text ?? (await digestOnce());
  if (!isSound(id)) return err('id-malformed');
  const subject = firstFilled(recipe.subject, lookup)?.text;
  return ok({
    id,
    type: toType(recipe, firstFilled(recipe.type, lookup)?.text),
    source: context.source,
    time: readTime(recipe, lookup) ?? context.now.toISOString(),
    ...(subject !== undefined && isSound(subject) ? { subject } : {}),
    data: item,
    dedupeKey: await dedupeKey(provider, lookup, found, digestOnce, context.now),
  });
}

/** An id is at most 512 bytes of well-formed text without control characters: SQLite would make U+FFFD of a lone surrogate and cut at NUL. */
function isSound(text: string): boolean {
  if (text.length > eventIdBytesMax || !text.isWellFormed() || /\p{Cc}/u.test(text)) return false;
  // A UTF-16 unit is at most three bytes of UTF-8: most texts need no counting.
  return text.length * 3 <= eventIdBytesMax || utf8(text).byteLength <= eventIdBytesMax;
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
