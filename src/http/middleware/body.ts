// Body: a request's bytes, read with a bound. Memory follows what has arrived, never what was promised.
import type { Failure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';

/** Bytes taken at once. One read for nearly every webhook; larger bodies cost one more for each 64 KiB. */
const chunkBytes = 65_536;

/**
 * Reads the whole body; no body is an empty one.
 * @param bytesMax the most that is read: a longer declared length is refused unread, and a longer body where it passes the bound
 * @returns the bytes as they came. Refused: `content-coding` where they are encoded (the platform decodes nothing, and neither do
 *   we: a bomb stays packed) · `body-too-large` · `body-unreadable` where the connection broke off.
 */
export async function readBody(request: Request, bytesMax: number): Promise<Result<Uint8Array, Failure>> {
  const { headers, body } = request;
  const coding = headers.get('content-encoding');
  if (coding !== null && coding.trim().toLowerCase() !== 'identity') return err({ kind: 'content-coding' });
  const declared = declaredLength(headers.get('content-length'));
  if (declared !== undefined && declared > bytesMax) return err({ kind: 'body-too-large', bytesMax });
  if (body === null) return ok(new Uint8Array());
  try {
    // One byte more than is declared, so that a single read tells that there is no more.
    return await readChunks(body, Math.min(chunkBytes, (declared ?? bytesMax) + 1), bytesMax);
  } catch {
    return err({ kind: 'body-unreadable', detail: 'The body broke off before its end.' });
  }
}

/** Not trusted, but believed where it condemns; undefined where there is none, or no number (RFC 9110 section 8.6). */
function declaredLength(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

async function readChunks(
  body: ReadableStream,
  firstBytes: number,
  bytesMax: number,
): Promise<Result<Uint8Array, Failure>> {
  // The platform's bodies are byte streams. Filling a buffer of ours is about as fast as `arrayBuffer()`, which has no bound
  // (measured on workerd, 1 KiB: 11 300 and 11 800 a second; a reader of chunks 9 200).
  const reader = body.getReader({ mode: 'byob' });
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let size = firstBytes; ; size = chunkBytes) {
    const { value } = await reader.readAtLeast(size, new Uint8Array(size));
    const chunk = value ?? new Uint8Array();
    total += chunk.byteLength;
    if (total > bytesMax) {
      // Not awaited: the sender may go on for ever.
      void reader.cancel();
      return err({ kind: 'body-too-large', bytesMax });
    }
    chunks.push(chunk);
    if (chunk.byteLength < size) return ok(join(chunks, total));
  }
}

function join(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
