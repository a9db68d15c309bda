// Redirect: what a request becomes when its peer sends it elsewhere.
import type { WireRequest } from './exchange.ts';

/** Whether an answer says where else to go (RFC 9110 section 15.4). 300 and 304 don't. */
export function isRedirect({ status }: { readonly status: number }): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The request to send to `url` after an answer of `status`. Its method and body follow the Fetch standard ("HTTP-redirect fetch",
 * 2026): a 303 makes a GET of everything but HEAD, a 301 or 302 makes one of a POST, 307 and 308 change nothing.
 * To another origin go only the headers that hold no credential; once left out, they don't come back.
 */
export function afterRedirect(wire: WireRequest, status: number, url: URL): WireRequest {
  const toGet =
    status === 303 ? wire.method !== 'HEAD' : (status === 301 || status === 302) && wire.method === 'POST';
  const isHome = url.origin === wire.url.origin;
  const trusted = isHome ? wire.headers.trusted : {};
  const credential = isHome ? wire.credential : '';
  const headers = { common: wire.headers.common, trusted };
  if (!toGet) return { ...wire, url, headers, credential };
  const bodiless = Object.entries(wire.headers.common).filter(([name]) => !name.startsWith('content-'));
  const bodilessTrusted = Object.entries(trusted).filter(([name]) => !name.startsWith('content-'));
  return {
    ...wire,
    url,
    credential,
    method: 'GET',
    body: undefined,
    headers: { common: Object.fromEntries(bodiless), trusted: Object.fromEntries(bodilessTrusted) },
  };
}
