import type { Delivery } from '../delivery.ts';

/** The time that Sanity signed (`t` of its signature), however its pairs are separated; undefined where it says none, or several. */
export function sanityTime(delivery: Delivery): string | undefined {
  const header = delivery.headers.get('sanity-webhook-signature') ?? '';
  const times = [...header.matchAll(/(?:^|[\s,])t="?(\d{1,14})"?(?=[\s,]|$)/g)];
  return times.length === 1 ? times[0]?.[1] : undefined;
}
