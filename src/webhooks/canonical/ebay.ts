import type { Delivery } from '../delivery.ts';
import { decodeBinary } from '../encoding.ts';
import { parseJson, valueAt } from '../json.ts';
import { scalarText } from '../template.ts';

/** The signature in eBay's header, which is base64 of JSON with `kid` and `signature` (event-notification-nodejs-sdk). */
export function ebaySignature(delivery: Delivery): string | undefined {
  return headerMember(delivery, 'signature');
}

/** The id of the key that signed. */
export function ebayKeyId(delivery: Delivery): string | undefined {
  return headerMember(delivery, 'kid');
}

function headerMember(delivery: Delivery, name: string): string | undefined {
  const bytes = decodeBinary(delivery.headers.get('x-ebay-signature') ?? '', 'base64');
  const json = bytes === undefined ? undefined : parseJson(bytes);
  return json?.ok === true ? scalarText(valueAt(json.value, name)) : undefined;
}
