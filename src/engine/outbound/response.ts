// Response: reads what a peer answered, with a bound.
import { err, ok, type Result } from '../../core/result.ts';
import type { HttpResponse } from './request.ts';

/** Headers that are kept, at most; and characters of each. A step has no use for more, and they are journaled. */
const headersMax = 64;
const headerLengthMax = 2_000;

/** Reads the body up to `bytesMax` and cancels the rest; the error is a sentence. */
export async function readBody(response: Response, bytesMax: number): Promise<Result<Uint8Array, string>> {
  const { body } = response;
  if (body === null) return ok(new Uint8Array());
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > bytesMax) {
      await reader.cancel();
      return err(`the answer is larger than ${bytesMax} bytes`);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return ok(whole);
}

/** The body as its media type says: JSON parsed (RFC 6839 suffixes too), text otherwise, null where there is none. */
export function parseBody(bytes: Uint8Array, mediaType: string | null): Result<unknown, string> {
  if (bytes.byteLength === 0) return ok(null);
  const text = new TextDecoder().decode(bytes);
  if (!/^application\/(?:[^;]*\+)?json(?:$|[\s;])/i.test(mediaType ?? '')) return ok(text);
  try {
    return ok(JSON.parse(text));
  } catch {
    return err('the answer says that it is JSON and is not');
  }
}

/** The headers that a step is shown. */
export function readHeaders(headers: Headers): HttpResponse['headers'] {
  const kept: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of headers) {
    if (name === 'set-cookie' || count === headersMax) continue;
    kept[name] = value.slice(0, headerLengthMax);
    count += 1;
  }
  return kept;
}
