import type { Delivery } from '../delivery.ts';
import { compareCodeUnits } from './sorted-form.ts';

/** Plivo V3: the URL with its query sorted, then the form's sorted names and values (plivo-node, v3Security). */
export function plivoRequest(delivery: Delivery): string | undefined {
  const [endpoint = '', query = ''] = splitUrl(delivery.url);
  const isForm = delivery.method === 'POST' && delivery.body.byteLength > 0;
  const form = isForm ? delivery.form() : undefined;
  if (form?.ok === false) return undefined;
  const fields = form?.value ?? [];
  const sortedQuery = sorted([...new URLSearchParams(query)])
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const mark = sortedQuery !== '' || fields.length > 0 ? '?' : '';
  const dot = sortedQuery !== '' && fields.length > 0 ? '.' : '';
  return `${endpoint}${mark}${sortedQuery}${dot}${sorted(fields)
    .map(([name, value]) => name + value)
    .join('')}`;
}

function sorted(pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs.toSorted(
    (left, right) => compareCodeUnits(left[0], right[0]) || compareCodeUnits(left[1], right[1]),
  );
}

function splitUrl(url: string): readonly string[] {
  const bare = url.split('#', 1)[0] ?? '';
  const mark = bare.indexOf('?');
  return mark < 0 ? [bare] : [bare.slice(0, mark), bare.slice(mark + 1)];
}
