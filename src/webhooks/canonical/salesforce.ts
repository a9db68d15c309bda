import type { Delivery } from '../delivery.ts';
import { textOf } from '../encoding.ts';

/**
 * The ids of all notifications in an outbound message of Salesforce (at most 100), in order: a resend is of notifications, so it may hold
 * more of them than the first delivery did, and its session is another. Undefined where there are none.
 */
export function notificationIds(delivery: Delivery): string | undefined {
  const xml = textOf(delivery.body) ?? '';
  const ids = [...xml.matchAll(/<(?:\w+:)?Notification>\s{0,64}<(?:\w+:)?Id>(\w{1,64})</g)];
  return ids.length === 0 ? undefined : ids.map(([, id]) => id).join('|');
}
