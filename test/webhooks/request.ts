// What the tests of src/webhooks share: making requests and changing them by one bit.
import type { WebhookRequest } from '../../src/webhooks/index.ts';

/** A clock for everything that is judged by the clock: 2023-11-14T22:13:20Z. */
export const now = new Date(1_700_000_000_000);
export const nowSeconds = '1700000000';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A POST as a vendor sends it. */
export function post(
  headers: Record<string, string>,
  body: string | Uint8Array,
  url = 'https://box.example/v1/hooks/shop',
): WebhookRequest {
  return {
    method: 'POST',
    url,
    headers: new Headers(headers),
    body: typeof body === 'string' ? bytes(body) : body,
  };
}

/** The same request with one header replaced, or removed where `value` is undefined. */
export function withHeader(request: WebhookRequest, name: string, value: string | undefined): WebhookRequest {
  const headers = new Headers(request.headers);
  headers.delete(name);
  if (value !== undefined) headers.set(name, value);
  return { ...request, headers };
}

/** The same request with another body. */
export function withBody(request: WebhookRequest, body: string | Uint8Array): WebhookRequest {
  return { ...request, body: typeof body === 'string' ? bytes(body) : body };
}

/** `body` with one bit changed. */
export function flipBit(body: Uint8Array, at = Math.floor(body.length / 2)): Uint8Array {
  const changed = body.slice();
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** `text` with one letter or digit in its middle replaced, so that a canonical text stays canonical. */
export function changeMiddle(text: string): string {
  const at = Math.floor(text.length * 0.7);
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
}

/** HMAC-SHA256 by the platform, for senders without an SDK. */
export async function hmacSha256(secret: string, text: string | Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, typeof text === 'string' ? bytes(text) : text));
}

export const hex = (data: Uint8Array): string =>
  Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const base64 = (data: Uint8Array): string => btoa(String.fromCharCode(...data));
