import type { Delivery } from '../delivery.ts';
import type { Lookup } from '../template.ts';

/** Mercado Pago's manifest: `id:…;request-id:…;ts:…;`, without the segments that the request doesn't have. */
export function mercadoPagoManifest(delivery: Delivery, lookup: Lookup): string | undefined {
  const stamp = lookup('timestamp', '');
  if (stamp === undefined) return undefined;
  const id = delivery.query('data.id')?.toLowerCase();
  const requestId = delivery.headers.get('x-request-id');
  return [
    id === undefined ? '' : `id:${id};`,
    requestId === null ? '' : `request-id:${requestId};`,
    `ts:${stamp};`,
  ].join('');
}

/** The manifest without the time: what stays the same when it is sent again. */
export function mercadoPagoKey(delivery: Delivery): string {
  return `${delivery.query('data.id')?.toLowerCase() ?? ''}|${delivery.headers.get('x-request-id') ?? ''}`;
}
