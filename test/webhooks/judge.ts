// Judge: what verification says of a request, in one word; and requests that a vendor has signed.
import {
  providers,
  signDelivery,
  verifyDelivery,
  type Provider,
  type Secret,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import { now } from './request.ts';

export function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

/** The outcome, or, of a failure, its reason. */
export async function judge(
  id: string,
  request: WebhookRequest,
  secrets: Secret[],
  at = now,
): Promise<string> {
  const verdict = await verifyDelivery(providerOf(id), request, secrets, at);
  return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
}

/** A delivery as the vendor signs it with this secret. */
export async function signedBy(
  id: string,
  body: string,
  secret: Secret,
  deliveryId = 'msg_1',
): Promise<WebhookRequest> {
  const delivery = { url: 'https://box.example/v1/hooks/shop', body };
  const signed = await signDelivery(providerOf(id), delivery, { secret, now, id: deliveryId });
  if (!signed.ok) throw new Error(signed.error);
  return signed.value;
}

/** The text of a secret that has no parts. */
export function textOf(secret: Secret): string {
  if (typeof secret !== 'string') throw new Error('a secret of parts');
  return secret;
}

/** `text` with its last letter replaced by the next of the alphabet: for base64 tails that says the same bytes. */
export function nextTail(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const at = text.search(/[A-Za-z0-9]=*$/);
  const next = alphabet[(alphabet.indexOf(text[at] ?? 'A') + 1) % alphabet.length];
  return `${text.slice(0, at)}${next}${text.slice(at + 1)}`;
}
