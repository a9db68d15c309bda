import type { Delivery } from '../delivery.ts';

/** The name of the first member of the body that `isWanted`: some vendors name their events so. */
function firstMember(delivery: Delivery, isWanted: (name: string) => boolean): string | undefined {
  const json = delivery.json();
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return undefined;
  return Object.keys(json.value).find(isWanted);
}

/** Mautic, Sinch: the first member. */
export function anyMember(delivery: Delivery): string | undefined {
  return firstMember(delivery, () => true);
}

/** Telegram: the kind of update stands beside its `update_id`. */
export function updateMember(delivery: Delivery): string | undefined {
  return firstMember(delivery, (name) => name !== 'update_id');
}

/** X: `tweet_create_events`, `direct_message_events` and so on. */
export function eventsMember(delivery: Delivery): string | undefined {
  return firstMember(delivery, (name) => name.endsWith('_events') || name.endsWith('_event'));
}
