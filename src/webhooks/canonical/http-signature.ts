import type { Delivery } from '../delivery.ts';
import { decodeBinary, encodeBinary } from '../encoding.ts';
import type { Lookup } from '../template.ts';

/** What has to be among the signed lines, or method, path, time and body could be changed. */
const required = ['(request-target)', 'host', 'date', 'digest'];

/**
 * The signing string of draft-cavage-http-signatures-12, section 2.3, as Keygen uses it. `Digest` is checked against the body here,
 * for it is the header that is signed; undefined where it is another body's.
 */
export function httpSignature(delivery: Delivery, lookup: Lookup): string | undefined {
  const names = (lookup('field', 'headers') ?? '').toLowerCase().split(' ');
  const url = URL.parse(delivery.url);
  if (url === null || !required.every((name) => names.includes(name)) || !hasDigest(delivery))
    return undefined;
  const lines = names.map((name) => {
    if (name === '(request-target)')
      return `${name}: ${delivery.method.toLowerCase()} ${url.pathname}${url.search}`;
    if (!/^[a-z0-9-]{1,64}$/.test(name)) return undefined;
    // Keygen signs the name alone, whatever the port (keygen-api, webhook_worker).
    const value = name === 'host' ? url.hostname : delivery.headers.get(name);
    return value === null ? undefined : `${name}: ${value}`;
  });
  return lines.includes(undefined) ? undefined : lines.join('\n');
}

/** Whether `Digest: sha-256=<base64>` (RFC 3230) is the body's. */
function hasDigest(delivery: Delivery): boolean {
  const text = /^sha-256=(.+)$/i.exec(delivery.headers.get('digest') ?? '')?.[1];
  const digest = text === undefined ? undefined : decodeBinary(text, 'base64');
  return digest !== undefined && encodeBinary(digest, 'hex') === delivery.knownSha256;
}
