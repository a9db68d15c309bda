// Delivery diagnosis: what seems to be wrong with a delivery that the log has as rejected.
import type { KeptDelivery } from '../core/delivery-log.ts';
import { diagnoseDelivery, type Diagnosis } from '../webhooks/index.ts';
import { valuesOf, type Endpoint } from './endpoint.ts';
import { currentKeys } from './judge.ts';
import type { Seal } from './paired-secret.ts';
import { openRequest } from './sealed-credential.ts';

/** What seems to be wrong; undefined where it was not rejected as forged, or its raw body is not kept. */
export async function diagnose(
  endpoint: Endpoint,
  all: readonly Endpoint[],
  { delivery, bytes }: KeptDelivery,
  seal: Seal,
): Promise<readonly Diagnosis[] | undefined> {
  const { outcome, reason, verdict, receivedAt, request } = delivery;
  if (outcome !== 'rejected' || reason === undefined || verdict !== undefined || bytes === undefined)
    return undefined;
  const opened = await openRequest(request, new Uint8Array(bytes), seal);
  if (!opened.ok) return undefined;
  const current = await currentKeys(endpoint, new Date(receivedAt));
  // Its own that had expired are others, too.
  const others = all.flatMap(({ keys }) => keys).filter((key) => !current.includes(key));
  return diagnoseDelivery(opened.value, {
    provider: endpoint.provider,
    secrets: valuesOf(current),
    others,
    reason,
    receivedAt: new Date(receivedAt),
  });
}
