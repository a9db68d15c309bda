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
  const kind =
    kindOf(media.trim(), recipe) ??
    (media.trim() === '' ? kinds.find((known) => known !== 'empty') : undefined);
  return kind !== undefined && kinds.includes(kind) ? ok(kind) : err('wrong-type');
}

function kindOf(media: string, recipe: EventRecipe): BodyKind | undefined {
  if (
    /^(?:application|text)\/(?:[a-z0-9.+-]+\+)?json$/.test(media) ||
    recipe.jsonTypes?.includes(media) === true
  ) {
    return 'json';
  }
  return media === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}

/** JSON between systems is UTF-8 (RFC 8259 section 8.1); another charset would be read as something it is not. */
function isUtf8OrOther(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=');
  return name.trim() !== 'charset' || /^"?(?:utf-?8|us-ascii)"?$/.test(value.trim());
}
