import type { Delivery } from '../delivery.ts';
import { compareCodeUnits } from './sorted-form.ts';

/**
 * Atlassian Connect's canonical request: method, path and sorted query joined by `&`; the JWT's `qsh` is its SHA-256
 * (developer.atlassian.com, "Understanding JWT"). A parameter that repeats is listed once, its values joined by commas.
 */
export function querySignatureHash(delivery: Delivery): string | undefined {
  const url = URL.parse(delivery.url);
  if (url === null) return undefined;
  const values = Map.groupBy(
    [...url.searchParams].filter(([name]) => name !== 'jwt'),
    ([name]) => encode(name),
  );
  const query = [...values]
    .toSorted(([left], [right]) => compareCodeUnits(left, right))
    .map(
      ([name, pairs]) =>
        `${name}=${pairs
          .map(([, value]) => encode(value))
          .toSorted(compareCodeUnits)
          .join(',')}`,
    )
    .join('&');
  return `${delivery.method}&${canonicalPath(url.pathname)}&${query}`;
}

/** No slash at the end, and no bare `&`, which separates the three parts. */
function canonicalPath(pathname: string): string {
  return pathname.replace(/\/+$/, '').replaceAll('&', '%26') || '/';
}

/** RFC 3986: `encodeURIComponent` leaves `!'()*` alone, Atlassian does not. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
