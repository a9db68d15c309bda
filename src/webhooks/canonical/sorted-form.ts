import type { Delivery } from '../delivery.ts';

/** Names and values of the form run together, sorted by name (Mandrill, "Authenticating webhook requests"). Empty without a body. */
export function sortedForm(delivery: Delivery): string | undefined {
  if (delivery.body.byteLength === 0) return '';
  const form = delivery.form();
  if (!form.ok) return undefined;
  return form.value
    .toSorted(([left], [right]) => compareCodeUnits(left, right))
    .map(([name, value]) => name + value)
    .join('');
}

/** The order of JavaScript's default sort, which the vendors' SDKs use: by UTF-16 code units, in no locale. */
export function compareCodeUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
