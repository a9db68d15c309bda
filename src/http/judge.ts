// Judge: holds a delivery against the secrets of its source that have not expired, and names the one that matched.
import { verifyDelivery, type Delivery, type Verdict } from '../webhooks/index.ts';
import { valuesOf, type Endpoint, type SourceKey } from './endpoint.ts';

/** The name of a secret that a handshake brought: no Worker secret is written in lower case. */
export const pairedKeyName = 'handshake';

export interface Judged {
  readonly verdict: Verdict;
  /** Name of the secret that matched. */
  readonly key?: string;
}

/** The secrets that count at a moment. Rejects where one that a handshake brought can't be asked for. */
export async function currentKeys(
  { keys, paired }: Pick<Endpoint, 'keys' | 'paired'>,
  at: Date,
): Promise<readonly SourceKey[]> {
  const secret = await paired?.read(at.getTime());
  if (secret !== undefined) return [{ name: pairedKeyName, secret }];
  return keys.filter(({ until }) => until === undefined || at.getTime() < until);
}

/**
 * Judges a delivery. Where a secret that a handshake brought can't be asked for, the key is unavailable: no verdict on the sender.
 * @param receivedAt when it came: what its own time is held against
 * @param now which secrets count; another than `receivedAt` where it is judged again
 */
export async function judge(
  endpoint: Endpoint,
  delivery: Delivery,
  receivedAt: Date,
  now: Date = receivedAt,
): Promise<Judged> {
  let keys: readonly SourceKey[];
  try {
    keys = await currentKeys(endpoint, now);
  } catch {
    return { verdict: { outcome: 'failed', reason: 'key-unavailable' } };
  }
  const verdict = await verifyDelivery(endpoint.provider, delivery, valuesOf(keys), receivedAt);
  const key = 'key' in verdict ? keys[verdict.key]?.name : undefined;
  return key === undefined ? { verdict } : { verdict, key };
}
