import type { Delivery } from '../delivery.ts';
import { compareCodeUnits } from './sorted-form.ts';

/** The body in the JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units, numbers as JavaScript writes them. */
export function canonicalJson(delivery: Delivery): string | undefined {
  const json = delivery.json();
  return json.ok ? write(json.value) : undefined;
}

/** Depth is bounded by the parser (`jsonDepthMax`). */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([left], [right]) => compareCodeUnits(left, right));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`;
}
