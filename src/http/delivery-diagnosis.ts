// Delivery diagnosis: what seems to be wrong with a delivery that the log has as rejected.
import type { KeptDelivery } from '../core/delivery-log.ts';
import { diagnoseDelivery, type Diagnosis } from '../webhooks/index.ts';
import { valuesOf, type Endpoint } from './endpoint.ts';
import { currentKeys } from './judge.ts';
import type { Seal } from './paired-secret.ts';
import { openRequest } from './sealed-credential.ts';

export interface DiagnosisPorts {
  /** Opens what a rejected delivery showed as its credential. */
  readonly seal: Seal;
  /** Origin of the box as its callers reach it; empty where it is not set. */
  readonly publicUrl: string;
}

/** What seems to be wrong; undefined where it was not rejected as forged, or its raw body is not kept. */
export async function diagnose(
  endpoint: Endpoint,
  all: readonly Endpoint[],
  { delivery, bytes }: KeptDelivery,
  { seal, publicUrl }: DiagnosisPorts,
): Promise<readonly Diagnosis[] | undefined> {
  const { outcome, reason, verdict, receivedAt, request } = delivery;
  if (outcome !== 'rejected' || reason === undefined || verdict !== undefined || bytes === undefined)
    return undefined;
  const opened = await openRequest(endpoint, request, new Uint8Array(bytes), seal);
  if (!opened.ok) {
    const detail =
      'The token that it showed was sealed under another root key, or for another source: nothing can be said of it.';
    return [{ kind: 'unexplained', detail }];
  }
  const current = await currentKeys(endpoint, new Date(receivedAt));
  // Its own that had expired are others, too.
  const others = all.flatMap(({ keys }) => keys).filter((key) => !current.includes(key));
  const found = await diagnoseDelivery(opened.value, {
    provider: endpoint.provider,
    secrets: valuesOf(current),
    others,
    reason,
    receivedAt: new Date(receivedAt),
    hosts: hostsOf(opened.value.headers, publicUrl),
  });
  return found.map((one) =>
    one.kind === 'url-mismatch' ? { ...one, url: withQueryOf(request.url, one.url) } : one,
  );
}

/** Headers in which proxies say which host the vendor called. */
const hostHeaders = ['x-forwarded-host', 'x-original-host'];

function hostsOf(headers: Headers, publicUrl: string): readonly string[] {
  const named = hostHeaders.flatMap((name) => headers.get(name)?.split(',') ?? []);
  const hosts = [publicUrl, ...named.map((host) => `https://${host.trim()}`)].map(
    (url) => URL.parse(url)?.host,
  );
  return [...new Set(hosts.filter((host) => host !== undefined))];
}

/** The address with the query as it is kept, which has no token. */
function withQueryOf(kept: string, address: string): string {
  const [path = '', query] = address.split('?');
  return query === undefined ? path : `${path}${URL.parse(kept)?.search ?? ''}`;
}
