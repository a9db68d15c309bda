import type { Delivery } from '../delivery.ts';
import { textOf } from '../encoding.ts';
import { compareCodeUnits } from './sorted-form.ts';

/** Headers that must be among the signed ones, or the time and the list itself could be changed. */
const required = ['x-contentful-signed-headers', 'x-contentful-timestamp'];

/** Method, path, signed headers and body on a line each (node-apps-toolkit, sign-request). */
export function contentfulRequest(delivery: Delivery): string | undefined {
  const names = (delivery.headers.get('x-contentful-signed-headers') ?? '').toLowerCase().split(',');
  if (!required.every((name) => names.includes(name))) return undefined;
  const headers = names.toSorted(compareCodeUnits).map((name) => headerLine(delivery, name));
  const body = textOf(delivery.body);
  if (body === undefined || headers.includes(undefined)) return undefined;
  return [delivery.method, encodedPath(delivery.url), headers.join(';'), body].join('\n');
}

/** `name:value`; undefined where the header is missing or no header can be called so. */
function headerLine(delivery: Delivery, name: string): string | undefined {
  if (!/^[a-z0-9_-]{1,64}$/.test(name)) return undefined;
  const value = delivery.headers.get(name);
  return value === null ? undefined : `${name}:${value.trim()}`;
}

/** The path with its query escaped as one piece, and then the whole once more, as the toolkit does it. */
function encodedPath(url: string): string {
  const [path = '', query = ''] =
    url
      .replace(/^[a-z]+:\/\/[^/?#]*/i, '')
      .split('#', 1)[0]
      ?.split('?', 2) ?? [];
  const whole = query === '' ? path : `${path}?${encodeURIComponent(query.toWellFormed())}`;
  return encodeURI(whole.toWellFormed());
}
