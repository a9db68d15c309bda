// Judge: holds a delivery against the secrets of its source that have not expired, and names the one that matched.
import { verifyDelivery, type Delivery, type Verdict } from '../webhooks/index.ts';
import { valuesOf, type Endpoint, type SourceKey } from './endpoint.ts';

export interface Judged {
  readonly verdict: Verdict;
  /** Name of the secret that matched. */
  readonly key?: string;
}

/** The secrets that count at a moment. */
export function currentKeys({ keys }: Pick<Endpoint, 'keys'>, at: Date): readonly SourceKey[] {
  return keys.filter(({ until }) => until === undefined || at.getTime() < until);
}

/**
 * Judges a delivery.
 * @param receivedAt when it came: what its own time is held against
 * @param now which secrets count; another than `receivedAt` where it is judged again
 */
export async function judge(
  endpoint: Endpoint,
  delivery: Delivery,
  receivedAt: Date,
  now: Date = receivedAt,
): Promise<Judged> {
  const keys = currentKeys(endpoint, now);
  const verdict = await verifyDelivery(endpoint.provider, delivery, valuesOf(keys), receivedAt);
  const key = 'key' in verdict ? keys[verdict.key]?.name : undefined;
  return key === undefined ? { verdict } : { verdict, key };
}
