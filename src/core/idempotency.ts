// Idempotency: the key by which a caller says that two requests are one (draft-ietf-httpapi-idempotency-key-header-07).
import { limit } from './limit.ts';
import { err, ok, type Result } from './result.ts';

/** A String of RFC 9651 section 3.3.3: printable ASCII in quotes, with `\"` and `\\` its only escapes, and nothing after it. */
const quotedPattern = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * The bare form, which the draft does not have but most clients send (UUIDs, base64): characters that can't be mistaken for
 * quotes, a list or parameters.
 */
const barePattern = /^[A-Za-z0-9!#$%&'*+\-.^_`|~:/=@]+$/;

/**
 * Reads the value of an `Idempotency-Key` header: a structured-field String of 1 to 255 characters, or the same without its
 * quotes where it holds only letters, digits and ``!#$%&'*+-.^_`|~:/=@``. `"abc"` and `abc` are one key.
 * The error is a sentence. Two values, parameters and whitespace around it are errors too: a key that was guessed at
 * would let two requests become one.
 */
export function parseIdempotencyKey(header: string): Result<string, string> {
  const quoted = quotedPattern.exec(header)?.[1];
  const key = quoted === undefined ? barePattern.exec(header)?.[0] : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (key === undefined)
    return refuse('one string of printable ASCII, best in double quotes', shorten(header));
  if (key.length === 0 || key.length > limit.idempotencyKeyLengthMax) {
    return refuse(`1 to ${limit.idempotencyKeyLengthMax} characters`, `${key.length} characters`);
  }
  return ok(key);
}

/** Characters of a wrong key that an error shows. */
const shownMax = 64;

function shorten(header: string): string {
  return JSON.stringify(header.length > shownMax ? `${header.slice(0, shownMax)}…` : header);
}

function refuse(expected: string, current: string): Result<never, string> {
  return err(`Cannot read Idempotency-Key as it must be ${expected}: current value is ${current}`);
}
