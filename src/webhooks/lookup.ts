// Lookup: what the places of a template mean for one delivery.
import type { Delivery } from './delivery.ts';
import { valueAt } from './json.ts';
import { scalarText, type Lookup, type Place } from './template.ts';

/** Places that only a part of the pipeline knows: a signature's fields, a batch's item, a token's claims. */
export type ExtraPlaces = { readonly [place in Place]?: (path: string) => string | undefined };

/** Looks places up in the request, and in `extra` first. */
export function lookupIn(delivery: Delivery, extra: ExtraPlaces = {}): Lookup {
  return (place, path) => {
    const special = extra[place];
    return special === undefined ? requestText(delivery, place, path) : special(path);
  };
}

/** The only value of a form field; undefined where it is missing or given twice. */
export function formValue(delivery: Delivery, name: string): string | undefined {
  const form = delivery.form();
  if (!form.ok) return undefined;
  const values = form.value.filter(([field]) => field === name);
  return values.length === 1 ? values[0]?.[1] : undefined;
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
    case 'method':
      return delivery.method;
    case 'url':
      return delivery.url;
    case 'endpoint':
      return delivery.url.split(/[?#]/, 1)[0];
    case 'body':
    case 'body-sha256':
    case 'item':
    case 'claim':
    case 'field':
    case 'timestamp':
    case 'secret':
    case 'challenge':
    case 'proof':
      return undefined;
    default:
      return place satisfies never;
  }
}
