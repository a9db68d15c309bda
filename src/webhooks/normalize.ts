// Normalize: what does a genuine delivery say? Its events as CloudEvents, each with a key that two deliveries of the same event share.
import { err, ok, type Result } from '../core/result.ts';
import { bodyKind, type BodyKindError } from './content-type.ts';
import { Delivery, type FormFields, type WebhookRequest } from './delivery.ts';
import { encodeBinary, utf8 } from './encoding.ts';
import { parseJson, valueAt, type JsonError } from './json.ts';
import { lookupIn } from './lookup.ts';
import type { EventRecipe, Provider } from './provider.ts';
import { compileTemplate, fillTemplate, looksAt, scalarText, type Lookup, type Piece } from './template.ts';
import { parseTimestamp } from './timestamp.ts';

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

export type UnreadableReason = BodyKindError | JsonError | 'not-form' | 'id-malformed';

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
  const data = readData(provider.events, delivery);
  if (!data.ok) return data;
  const digest = await delivery.bodySha256();
  const events: ReceivedEvent[] = [];
  const seen = new Map<string, number>();
  for (const item of toItems(provider.events, data.value)) {
    const isWhole = item === data.value;
    const itemDigest = isWhole ? digest : await digestOf(item);
    const count = seen.get(itemDigest) ?? 0;
    seen.set(itemDigest, count + 1);
    const event = readEvent(
      provider,
      delivery,
      data.value,
      item,
      context,
      `${itemDigest}${count === 0 ? '' : `-${count}`}`,
    );
    if (!event.ok) return event;
    events.push(event.value);
  }
  return ok(events);
}

function readData(recipe: EventRecipe, delivery: Delivery): Result<unknown, UnreadableReason> {
  const kind = bodyKind(recipe, delivery);
  if (!kind.ok) return kind;
  switch (kind.value) {
    case 'empty':
      return ok(null);
    case 'json':
      return delivery.json();
    case 'form': {
      const form = delivery.form();
      if (!form.ok) return form;
      const json =
        recipe.formJson === undefined ? undefined : form.value.find(([name]) => name === recipe.formJson);
      return json === undefined ? ok(toObject(form.value)) : parseJson(utf8(json[1]));
    }
    default:
      return kind.value satisfies never;
  }
}

function toItems(recipe: EventRecipe, data: unknown): readonly unknown[] {
  if (recipe.batch === undefined) return [data];
  const items = valueAt(data, recipe.batch);
  return Array.isArray(items) ? items : [data];
}

function readEvent(
  provider: Provider,
  delivery: Delivery,
  data: unknown,
  item: unknown,
  context: { readonly source: string; readonly now: Date },
  digest: string,
): Result<ReceivedEvent, 'id-malformed'> {
  const recipe = provider.events;
  const lookup = lookupIn(delivery, {
    json: (path) => scalarText(valueAt(data, path)),
    item: (path) => scalarText(valueAt(item, path)),
  });
  const id = firstFilled(recipe.id, lookup)?.text ?? digest;
  if (!isSound(id)) return err('id-malformed');
  const subject = firstFilled(recipe.subject, lookup)?.text;
  const key = firstFilled(recipe.dedupe ?? recipe.id, lookup);
  const isSigned =
    key !== undefined && compileTemplate(key.template).every((piece) => signs(provider, piece));
  if (isSigned && !isSound(key.text)) return err('id-malformed');
  return ok({
    id,
    type: toType(recipe, firstFilled(recipe.type, lookup)?.text),
    source: context.source,
    time: readTime(recipe, lookup) ?? context.now.toISOString(),
    ...(subject !== undefined && isSound(subject) ? { subject } : {}),
    data: item,
    dedupeKey: isSigned ? `id:${key.text}` : `sha256:${digest}`,
  });
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
 * Whether every scheme of the vendor vouches for that place. The body counts as vouched for: where a scheme doesn't cover it,
 * the recipe names what is covered in `dedupe`. A header or query parameter has to be part of the signed text.
 */
function signs(provider: Provider, piece: Piece): boolean {
  if (piece.kind === 'text') return true;
  if (piece.place === 'json' || piece.place === 'item' || piece.place === 'form' || piece.place === 'claim')
    return true;
  return provider.schemes.every(
    (scheme) => scheme.kind === 'hmac' && looksAt(scheme.signed, piece.place, piece.path),
  );
}

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

async function digestOf(item: unknown): Promise<string> {
  const text = JSON.stringify(item) ?? 'null';
  return encodeBinary(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))), 'hex');
}

/** A form as JSON: a field given several times becomes an array. No prototype: a field may be called anything. */
function toObject(fields: FormFields): Readonly<Record<string, string | readonly string[]>> {
  const values = Map.groupBy(fields, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, pairs]) => [
      name,
      pairs.length === 1 ? (pairs[0]?.[1] ?? '') : pairs.map(([, value]) => value),
    ]),
  );
}
