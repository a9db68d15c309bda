// Lookup: what the places of a template mean for one delivery.
import { canonicalText } from './canonical/index.ts';
import type { Delivery } from './delivery.ts';
import { textOf, utf8 } from './encoding.ts';
import { parseJson, valueAt } from './json.ts';
import { secretPart, type Secret } from './secret.ts';
import { scalarText, type Lookup, type Place } from './template.ts';
import { elementText } from './xml.ts';

/** Places that only a part of the pipeline knows: a signature's fields, a batch's item, a token's claims. */
export type ExtraPlaces = { readonly [place in Place]?: (path: string) => string | undefined };

/** Looks places up in the request, and in `extra` first. */
export function lookupIn(delivery: Delivery, extra: ExtraPlaces = {}): Lookup {
  const lookup: Lookup = (place, path) => {
    const special = extra[place];
    if (special !== undefined) return special(path);
    return place === 'canonical' ? canonicalText(path, delivery, lookup) : requestText(delivery, place, path);
  };
  return lookup;
}

/** The places of one secret: its whole text and its parts. */
export function secretPlaces(secret: Secret, text: string): ExtraPlaces {
  return { secret: () => text, part: (name) => secretPart(secret, name) };
}

/** The only value of a form field; undefined where it is missing or given twice. */
function formValue(delivery: Delivery, name: string): string | undefined {
  const form = delivery.form();
  if (!form.ok) return undefined;
  const values = form.value.filter(([field]) => field === name);
  return values.length === 1 ? values[0]?.[1] : undefined;
}

/** A value in the JSON that a form's field holds: `name.dotted.path`. */
function formJsonValue(delivery: Delivery, path: string): string | undefined {
  const [name = '', ...rest] = path.split('.');
  const text = formValue(delivery, name);
  const json = text === undefined ? undefined : parseJson(utf8(text));
  return json?.ok === true ? scalarText(valueAt(json.value, rest.join('.'))) : undefined;
}

function requestText(delivery: Delivery, place: Place, path: string): string | undefined {
  switch (place) {
    case 'header':
      return delivery.headers.get(path) ?? undefined;
    case 'query':
      return delivery.query(path);
    case 'json': {
      const json = delivery.json();
      return json.ok ? scalarText(valueAt(json.value, path)) : undefined;
    }
    case 'form':
      return formValue(delivery, path);
    case 'form-json':
      return formJsonValue(delivery, path);
    case 'xml':
      return elementText(textOf(delivery.body) ?? '', path);
    case 'method':
      return delivery.method;
    case 'url':
      return delivery.url;
    case 'endpoint':
      return delivery.url.split(/[?#]/, 1)[0];
    case 'body-sha256':
      return delivery.knownSha256;
    case 'body':
      return textOf(delivery.body);
    case 'canonical':
    case 'item':
    case 'claim':
    case 'field':
    case 'timestamp':
    case 'secret':
    case 'part':
    case 'challenge':
    case 'proof':
      return undefined;
    default:
      return place satisfies never;
  }
}
