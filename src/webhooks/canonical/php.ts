import type { Delivery } from '../delivery.ts';
import { utf8 } from '../encoding.ts';
import { compareCodeUnits } from './sorted-form.ts';

/** The form without its signature, sorted by name and written as PHP's `serialize` does (Paddle Classic, "Verifying webhooks"). */
export function phpSerializedForm(delivery: Delivery): string | undefined {
  const form = delivery.form();
  if (!form.ok) return undefined;
  const fields = form.value
    .filter(([name]) => name !== 'p_signature')
    .toSorted(([left], [right]) => compareCodeUnits(left, right));
  if (new Set(fields.map(([name]) => name)).size !== fields.length) return undefined;
  return `a:${fields.length}:{${fields.map(([name, value]) => phpString(name) + phpString(value)).join('')}}`;
}

/** Lengths are in bytes, not characters. */
function phpString(text: string): string {
  return `s:${utf8(text).byteLength}:"${text}";`;
}
