import type { Delivery } from '../delivery.ts';

/**
 * Braintree's payload, if it is none that its challenge handshake would sign: a handshake answers HMACs of such texts to anyone
 * who asks, so as a payload they prove nothing (braintree-node, webhook_notification_gateway).
 */
export function braintreePayload(delivery: Delivery): string | undefined {
  const form = delivery.form();
  if (!form.ok) return undefined;
  const [payload, ...more] = form.value.filter(([name]) => name === 'bt_payload').map(([, value]) => value);
  if (payload === undefined || more.length > 0) return undefined;
  return /^[A-Za-z0-9+/=\n]+$/.test(payload) && !/^[a-f0-9]{20,32}$/.test(payload) ? payload : undefined;
}

/** The public keys whose signatures are given, joined by `&`: only that of the receiver counts. */
export function braintreeKeys(delivery: Delivery): string | undefined {
  const form = delivery.form();
  const signatures = form.ok ? form.value.find(([name]) => name === 'bt_signature')?.[1] : undefined;
  return signatures
    ?.split('&')
    .map((pair) => pair.split('|', 1)[0])
    .join('&');
}
