// Delivery diagnosis: what seems to be wrong with a delivery that the log has as rejected.
import type { LoggedDelivery } from '../core/delivery-log.ts';
import { diagnoseDelivery, type Diagnosis } from '../webhooks/index.ts';
import { valuesOf, type Endpoint } from './endpoint.ts';
import { currentKeys } from './judge.ts';

interface Logged {
  readonly delivery: LoggedDelivery;
  readonly bytes?: ArrayBuffer;
}

/** What seems to be wrong; undefined where it was not rejected as forged, or its raw body is not kept. */
export async function diagnose(
  endpoint: Endpoint,
  all: readonly Endpoint[],
  { delivery, bytes }: Logged,
): Promise<readonly Diagnosis[] | undefined> {
  const { outcome, reason, verdict, receivedAt, request } = delivery;
  if (outcome !== 'rejected' || reason === undefined || verdict !== undefined || bytes === undefined)
    return undefined;
  const current = await currentKeys(endpoint, new Date(receivedAt));
  // Its own that had expired are others, too.
  const others = all.flatMap(({ keys }) => keys).filter((key) => !current.includes(key));
  return diagnoseDelivery(
    {
      method: request.method,
      url: request.url,
      headers: new Headers(request.headers),
      body: new Uint8Array(bytes),
    },
    {
      provider: endpoint.provider,
      secrets: valuesOf(current),
      others,
      reason,
      receivedAt: new Date(receivedAt),
    },
  );
}
