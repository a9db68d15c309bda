// Approval token: what the link of an approval carries: which step of which execution is to be decided, until when, and a signature
// (HMAC-SHA256) that nobody else can make. Whoever has the link may decide, once.
import * as z from 'zod';
import { parseExecutionId } from '../core/id.ts';
import { err, ok, type Result } from '../core/result.ts';

/** Longest question, in UTF-16 units: it travels in the link. */
export const questionLengthMax = 1_000;

const claimsSchema = z.strictObject({
  execution: z.string().refine((id) => parseExecutionId(id).ok),
  step: z.int().min(0),
  /** ms since the epoch. */
  expiresAt: z.int(),
  question: z.string().max(questionLengthMax).optional(),
});

export type ApprovalClaims = z.infer<typeof claimsSchema>;

/** A MAC of a text, by a key that only the service has. */
export type Sign = (text: string) => Promise<Uint8Array>;

/** Longest token that is read: a question of 1 000 characters of 4 bytes, in base64. */
const tokenLengthMax = 8_000;

export async function writeApprovalToken(claims: ApprovalClaims, sign: Sign): Promise<string> {
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(claimsSchema.parse(claims))));
  return `${payload}.${toBase64Url(await sign(payload))}`;
}

/** Reads a token. A forged one and a malformed one are the same: `invalid`. */
export async function readApprovalToken(
  token: string,
  sign: Sign,
  now: number,
): Promise<Result<ApprovalClaims, 'invalid' | 'expired'>> {
  const [payload, mac, more] = token.split('.', 3);
  if (payload === undefined || mac === undefined || more !== undefined || token.length > tokenLengthMax)
    return err('invalid');
  if (!sameText(mac, toBase64Url(await sign(payload)))) return err('invalid');
  const claims = claimsSchema.parse(JSON.parse(new TextDecoder().decode(fromBase64Url(payload))));
  return claims.expiresAt <= now ? err('expired') : ok(claims);
}

/** Compares in a time that depends on the lengths alone. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Only of what {@link toBase64Url} wrote: the signature has been checked. */
function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
