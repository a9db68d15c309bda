import type { Delivery } from '../delivery.ts';
import type { Lookup } from '../template.ts';

/** Mercado Pago's manifest: `id:…;request-id:…;ts:…;`, without the segments that the request doesn't have; the id in lower case. */
export function mercadoPagoManifest(delivery: Delivery, lookup: Lookup): string | undefined {
  return manifest(delivery.query('data.id')?.toLowerCase(), delivery, lookup);
}

/** The manifest with the id as it was sent, as the vendor's SDK makes it (sdk-nodejs, utils/webhook). */
export function mercadoPagoManifestAsSent(delivery: Delivery, lookup: Lookup): string | undefined {
  return manifest(delivery.query('data.id'), delivery, lookup);
}

/** The manifest without the time: what stays the same when it is sent again. */
export function mercadoPagoKey(delivery: Delivery): string {
  return `${delivery.query('data.id')?.toLowerCase() ?? ''}|${delivery.headers.get('x-request-id') ?? ''}`;
}

/** An empty segment is left out like a missing one. */
function manifest(id: string | undefined, delivery: Delivery, lookup: Lookup): string | undefined {
  const stamp = lookup('timestamp', '');
  if (stamp === undefined) return undefined;
  const requestId = delivery.headers.get('x-request-id') ?? '';
  return [
    id === undefined || id === '' ? '' : `id:${id};`,
    requestId === '' ? '' : `request-id:${requestId};`,
    `ts:${stamp};`,
  ].join('');
}
