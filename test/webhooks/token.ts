// Token: JSON Web Tokens of any header and claims, for what no honest sender makes.
import { base64, bytes, hmacSha256 } from './request.ts';

/** Bytes as base64url without padding. */
export function base64url(data: Uint8Array): string {
  return base64(data).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** A part of a token: JSON, or a text as it is (for JSON that no encoder writes). */
export function segment(value: unknown): string {
  return base64url(bytes(typeof value === 'string' ? value : JSON.stringify(value)));
}

/** A token that is signed as HS256, whatever its header says. */
export async function hs256(
  claims: unknown,
  secret: string,
  header: unknown = { alg: 'HS256', typ: 'JWT' },
): Promise<string> {
  const signed = `${segment(header)}.${segment(claims)}`;
  return `${signed}.${base64url(await hmacSha256(secret, signed))}`;
}
