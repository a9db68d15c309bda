// Delivery: one inbound request at a source, as the delivery log keeps it: its id, its outcome, and what is kept of the request.

/** What became of a delivery. A handshake is no event, but the log shows it. */
export const deliveryOutcomes = [
  'accepted',
  'duplicate',
  'filtered',
  'throttled',
  'rejected',
  'handshake',
] as const;

export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

/** What is kept of a request: no credential, no token, and no more than fits its bound. */
export interface KeptRequest {
  readonly method: string;
  /** The public URL; where a token stood in its query, `-` stands. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that were left out because they may hold a credential, or would not fit. */
  readonly headersLeftOut: number;
  /** Of a rejected one: what it showed as its credential, sealed with a key of the box, to judge it by again. Shown to nobody. */
  readonly sealed?: string;
}

/**
 * Where a delivery's raw body is.
 * - `data`: the execution's data is the body, byte for byte · `bytes`: kept beside it
 * - `shared`: with another execution of the same delivery
 * - `digest`: not kept, as it would not fit, may hold a token, or the source keeps none; SHA-256 in lower-case hex, length in bytes
 */
export type KeptBody =
  | { readonly kind: 'data' }
  | { readonly kind: 'bytes'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'shared' }
  | { readonly kind: 'digest'; readonly sha256: string; readonly length: number };

/** What each execution that a delivery started keeps of it. */
export interface AcceptedDelivery {
  readonly id: string;
  readonly source: string;
  /** ms since the epoch. */
  readonly receivedAt: number;
  readonly verdict: 'verified' | 'authenticated';
  /** Name of the secret that matched; absent where the key is the vendor's own. */
  readonly key?: string;
  /** From the request's arrival until it was handed to the objects, ms. */
  readonly latencyMs: number;
  /** Ids of its events that no workflow wanted; with the request. */
  readonly filtered?: readonly string[];
  /** Absent where another execution of the delivery has it. */
  readonly request?: KeptRequest;
  readonly body: KeptBody;
}

/**
 * An {@link AcceptedDelivery} as it is stored: JSON, and beside it the bytes of its body, where they are kept. It crosses RPC like this:
 * the object keeps it and never looks into it, so that there is no need to take it apart and put it together again on the way.
 */
export interface WrittenDelivery {
  readonly text: string;
  readonly bytes?: ArrayBuffer;
}

export function writeDelivery(delivery: AcceptedDelivery): WrittenDelivery {
  const { body } = delivery;
  if (body.kind !== 'bytes') return { text: JSON.stringify(delivery) };
  const { kind, bytes } = body;
  return { text: JSON.stringify({ ...delivery, body: { kind, length: bytes.byteLength } }), bytes };
}

/**
 * Whether the raw body of a delivery may still be shown and replayed. Beyond its time it is not, though what holds it (the row of an
 * execution, say) may live on.
 * @param receivedAt ms since the epoch
 * @param keepBodySeconds as the source has it now: a shorter time holds for what came before, too
 * @param now ms since the epoch
 */
export function isBodyKept(receivedAt: number, keepBodySeconds: number, now: number): boolean {
  return now < receivedAt + keepBodySeconds * 1000;
}

const idPattern = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The id of a delivery that came at `now` (ms since the epoch): a UUID of version 7 (RFC 9562 section 5.7), so that ids sort as the
 * deliveries came, and a delivery is found near its moment without an index.
 * @param random ten bytes
 */
export function formatDeliveryId(now: number, random: Uint8Array): string {
  let digits = '';
  for (const byte of random.subarray(0, 10)) digits += (byte + 0x100).toString(16).slice(1);
  const variant = '89ab'.charAt(Number.parseInt(digits.charAt(3), 16) % 4);
  const { high, low } = momentDigits(now);
  return `${high}-${low}-7${digits.slice(0, 3)}-${variant}${digits.slice(4, 7)}-${digits.slice(7, 19)}`;
}

/** When the delivery of this id came, ms since the epoch; undefined where it is no id of a delivery. */
export function deliveryMoment(id: string): number | undefined {
  const [, high, low] = idPattern.exec(id) ?? [];
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}

/** What sorts before the ids of all deliveries that came at `now` (ms since the epoch) or later. */
export function firstDeliveryIdAt(now: number): string {
  const { high, low } = momentDigits(now);
  return `${high}-${low}-7000-8000-000000000000`;
}

function momentDigits(now: number): { readonly high: string; readonly low: string } {
  const digits = Math.max(0, Math.floor(now)).toString(16).padStart(12, '0');
  return { high: digits.slice(0, 8), low: digits.slice(8, 12) };
}
