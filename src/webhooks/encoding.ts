// Encoding: strict decoders for what vendors put into headers. A value has one spelling only: what is not canonical is refused,
// because Buffer- and atob-like decoders skip junk and ignore the spare bits of a base64 tail (RFC 4648 section 3.5).

/** How a signature or key is written as text. `base64url` takes both the padded and the unpadded form (RFC 7515 section 2). */
export type BinaryEncoding = 'hex' | 'base64' | 'base64url';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * The text of UTF-8 bytes; undefined where they are not valid UTF-8.
 * A byte-order mark stays in the text, so that JSON with one is refused rather than silently changed.
 */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes of canonical `text`, or undefined. Hex is taken in either case; nothing is trimmed, skipped or padded. */
export function decodeBinary(text: string, encoding: BinaryEncoding): Uint8Array<ArrayBuffer> | undefined {
  switch (encoding) {
    case 'hex':
      return decodeHex(text);
    case 'base64':
      return decodeBase64(text);
    case 'base64url':
      return decodeBase64Url(text);
    default:
      return encoding satisfies never;
  }
}

/** `bytes` as text; hex in lower case, base64 padded, base64url unpadded. */
export function encodeBinary(bytes: Uint8Array, encoding: BinaryEncoding): string {
  switch (encoding) {
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'base64':
      return toBase64(bytes);
    case 'base64url':
      return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    default:
      return encoding satisfies never;
  }
}

/**
 * Bytes of a base64 key from a configuration: as `decodeBinary`, but padding may be missing and base64url is taken,
 * since vendors' consoles print keys in all these forms and a key is no place for a forger.
 */
export function decodeBase64Key(text: string): Uint8Array<ArrayBuffer> | undefined {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return decodeBase64(standard + '='.repeat((4 - (standard.length % 4)) % 4));
}

/** `chunks` one after the other; one chunk alone is returned as it is, without a copy. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/**
 * Whether two byte strings are equal, in time that does not depend on where they differ.
 * The platform's `timingSafeEqual` throws on unequal lengths (workerd, measured 2026), so lengths are compared first.
 */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && crypto.subtle.timingSafeEqual(left, right);
}

/** Whether two texts are equal, in time that depends only on their lengths. */
export function equalText(left: string, right: string): boolean {
  return equalBytes(utf8(left), utf8(right));
}

function decodeHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : undefined;
}

function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return undefined;
  const bare = text.replace(/=+$/, '');
  const padded = bare.replaceAll('-', '+').replaceAll('_', '/') + '='.repeat((4 - (bare.length % 4)) % 4);
  return text.length === bare.length || text.length === padded.length ? decodeBase64(padded) : undefined;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // fromCharCode takes its bytes as arguments: at most some ten thousand at once before the stack overflows.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
