// Body: reads an answer's body with a bound, and makes of it what its media type says.
import { limit } from '../../core/limit.ts';
import { jsonDepthExceeds } from '../../core/json.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { race } from './race.ts';

/**
 * Reads a body of at most `bytesMax` bytes, counted after decompression, so that a compressed bomb counts as what it becomes.
 * Past it the rest is cancelled, not read. Rejects where the connection breaks, and with the signal's reason where it aborts.
 */
export async function readBody(
  response: Response,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Result<Uint8Array, 'too-large'>> {
  if (response.body === null) return ok(new Uint8Array());
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await race(reader.read(), signal);
      if (done) return ok(join(chunks, length));
      length += value.byteLength;
      if (length > bytesMax) return err('too-large');
      chunks.push(value);
    }
  } finally {
    // Ends the transfer where it has not ended; a body that was read whole does not mind. Not awaited: a peer that hangs would hold
    // it up.
    reader.cancel().catch(() => {});
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only, ...more] = chunks;
  if (only !== undefined && more.length === 0) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Whether a `Content-Type` says JSON: `application/json`, `text/json`, or any type with the suffix `+json` (RFC 6839). */
export function isJson(contentType: string | null): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^(?:application|text)\/json$|^[^\s/]+\/[^\s/]+\+json$/.test(type);
}

/** What a body's bytes are, as a text: JSON must be UTF-8 (RFC 8259 section 8.1), others are read as their `charset` says. */
export function decodeBody(bytes: Uint8Array, contentType: string | null): Result<string, string> {
  if (isJson(contentType)) {
    try {
      return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
    } catch {
      return err('its JSON is not UTF-8');
    }
  }
  return ok(decoderFor(contentType).decode(bytes));
}

function decoderFor(contentType: string | null): InstanceType<typeof TextDecoder> {
  const label = /;\s*charset="?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label);
  } catch {
    // A name that nobody knows: UTF-8 is what it most likely is.
    return new TextDecoder();
  }
}

/** Parses JSON that nests at most 64 deep (`limit.jsonDepthMax`): what walks a deeper value could overflow the stack. */
export function parseJson(text: string): Result<unknown, string> {
  if (jsonDepthExceeds(text, limit.jsonDepthMax))
    return err(`its JSON nests deeper than ${limit.jsonDepthMax} levels`);
  try {
    return ok(JSON.parse(text));
  } catch {
    // Not the parser's message: it quotes the text.
    return err('it is not the JSON that its media type says');
  }
}
