// Content type: which of a provider's kinds of body a delivery has. What the provider never sends is refused, not guessed at.
import { err, ok, type Result } from '../core/result.ts';
import type { Delivery } from './delivery.ts';
import type { BodyKind, EventRecipe } from './provider.ts';

export type BodyKindError = 'empty' | 'wrong-type';

/** The kind of the body: by its media type, or by the provider's first kind where the sender gives none. */
export function bodyKind(recipe: EventRecipe, delivery: Delivery): Result<BodyKind, BodyKindError> {
  const kinds = recipe.bodies ?? ['json'];
  if (delivery.body.byteLength === 0) return kinds.includes('empty') ? ok('empty') : err('empty');
  const encoding = delivery.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') return err('wrong-type');
  const [media = '', ...parameters] = (delivery.headers.get('content-type') ?? '').toLowerCase().split(';');
  if (!parameters.every(isUtf8OrOther)) return err('wrong-type');
  // A token says itself what it is: vendors send it under any type.
  if (kinds.includes('token')) return ok('token');
  const name = media.trim();
  const kind =
    name === ''
      ? kinds.find((known) => known !== 'empty')
      : kindsOf(name, recipe).find((known) => kinds.includes(known));
  return kind === undefined ? err('wrong-type') : ok(kind);
}

function kindsOf(media: string, recipe: EventRecipe): readonly BodyKind[] {
  if (
    /^(?:application|text)\/(?:[a-z0-9.+-]+\+)?json$/.test(media) ||
    recipe.jsonTypes?.includes(media) === true
  ) {
    return ['json', 'lines'];
  }
  if (/^application\/(?:x-)?(?:ndjson|jsonlines|jsonl|json-seq)$/.test(media)) return ['lines'];
  if (/^(?:application|text)\/(?:[a-z0-9.+-]+\+)?xml$/.test(media)) return ['xml'];
  if (media === 'application/x-www-form-urlencoded') return ['form'];
  return media === 'multipart/form-data' ? ['multipart'] : [];
}

/** JSON between systems is UTF-8 (RFC 8259 section 8.1); another charset would be read as something it is not. */
function isUtf8OrOther(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=');
  return name.trim() !== 'charset' || /^"?(?:utf-?8|us-ascii)"?$/.test(value.trim());
}
