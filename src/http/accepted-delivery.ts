// Accepted delivery: what the executions that a delivery started keep of it, so that the log costs no row and no request of its own.
import type { AcceptRequest } from '../core/acceptance.ts';
import { writeDelivery, type AcceptedDelivery, type KeptBody } from '../core/delivery.ts';
import { limit } from '../core/limit.ts';
import { hasTokenInBody, keepRequest, type Delivery } from '../webhooks/index.ts';
import { valuesOf, type Endpoint } from './endpoint.ts';

const encoder = new TextEncoder();

/** What is known of a delivery once it is found genuine. */
export interface GenuineDelivery extends Pick<
  AcceptedDelivery,
  'id' | 'receivedAt' | 'verdict' | 'key' | 'latencyMs'
> {
  readonly delivery: Delivery;
  /** Ids of its events that no workflow wanted. */
  readonly filtered: readonly string[];
}

/**
 * The requests with what each execution keeps of the delivery: the first keeps the request and its raw body, the others refer to it.
 * @param clean takes the values of secrets out of a text
 */
export async function withDelivery(
  { provider, source, keys }: Endpoint,
  { delivery, filtered, ...known }: GenuineDelivery,
  requests: readonly AcceptRequest[],
  clean: (text: string) => string,
): Promise<readonly AcceptRequest[]> {
  const attached: AcceptRequest[] = [];
  for (const request of requests) {
    const isFirst = attached.length === 0;
    const shared: AcceptedDelivery = {
      ...known,
      source: source.name,
      body: isData(delivery.body, request.data) ? { kind: 'data' } : { kind: 'shared' },
    };
    const kept = isFirst
      ? {
          ...shared,
          ...(filtered.length === 0 ? {} : { filtered: filtered.slice(0, limit.deliveryIdsMax) }),
          request: keepRequest(provider, delivery, valuesOf(keys), false, clean),
          body:
            shared.body.kind === 'data'
              ? shared.body
              : await keepBody(
                  delivery,
                  request.data,
                  source.keepBodySeconds > 0 && !hasTokenInBody(provider),
                ),
        }
      : shared;
    attached.push({ ...request, delivery: writeDelivery(kept) });
  }
  return attached;
}

/** Whether the execution's data is the body's own text. Encoded and compared natively: a loop over 1 MiB would take a millisecond. */
function isData(body: Uint8Array, data: string): boolean {
  // A UTF-16 unit is one to three bytes of UTF-8: most texts of another length are told apart by it.
  if (data.length > body.byteLength || data.length * 3 < body.byteLength) return false;
  const bytes = encoder.encode(data);
  return bytes.byteLength === body.byteLength && crypto.subtle.timingSafeEqual(bytes, body);
}

async function keepBody(delivery: Delivery, data: string, mayKeep: boolean): Promise<KeptBody> {
  const { body } = delivery;
  const dataBytes =
    data.length * 3 + body.byteLength <= limit.deliveryRowBytesMax
      ? data.length
      : encoder.encode(data).byteLength;
  if (mayKeep && dataBytes + body.byteLength <= limit.deliveryRowBytesMax) {
    // A copy of its own: what crosses RPC is the whole buffer that a view lies in.
    return { kind: 'bytes', bytes: new Uint8Array(body).buffer };
  }
  return { kind: 'digest', sha256: await delivery.bodySha256(), length: body.byteLength };
}
