// Body: a request's bytes, read with a bound and a deadline. Memory follows what has arrived, and what was promised only once it has begun to come.
import type { Failure } from '../../core/failure.ts';
import { limit } from '../../core/limit.ts';
import { err, ok, type Result } from '../../core/result.ts';

/** Bytes taken at once. One read for nearly every webhook; a larger one is read in two, or, of unknown length, in one for each 64 KiB. */
const chunkBytes = 65_536;

/**
 * Reads the whole body; no body is an empty one.
 * @param bytesMax the most that is read: a longer declared length is refused unread, and a longer body where it passes the bound
 * @returns the bytes as they came. Refused: `content-coding` where they are encoded (the platform decodes nothing, and neither do
 *   we: a bomb stays packed) · `body-too-large` · `body-too-slow` where it has not ended within `limit.bodyReadMs` ·
 *   `body-unreadable` where the connection broke off.
 */
export async function readBody(request: Request, bytesMax: number): Promise<Result<Uint8Array, Failure>> {
  const { headers, body } = request;
  if (isCoded(headers)) return err({ kind: 'content-coding' });
  const declared = declaredLength(headers.get('content-length'));
  if (declared !== undefined && declared > bytesMax) return err({ kind: 'body-too-large', bytesMax });
  if (body === null) return ok(new Uint8Array());
  try {
    return await readInTime(body, declared, bytesMax);
  } catch {
    return err({ kind: 'body-unreadable', detail: 'The body broke off before its end.' });
  }
}

/**
 * Whether the bytes are another thing than the body itself. The platform takes any transfer coding that ends in `chunked` and undoes
 * that one alone (workerd, 2026-11: `gzip, chunked`), where an unknown one has to be refused (RFC 9112 section 6.1).
 */
function isCoded(headers: Headers): boolean {
  const content = headers.get('content-encoding') ?? 'identity';
  const transfer = headers.get('transfer-encoding') ?? 'chunked';
  return content.trim().toLowerCase() !== 'identity' || transfer.trim().toLowerCase() !== 'chunked';
}

/** Not trusted, but believed where it condemns; undefined where there is none, or no number (RFC 9110 section 8.6). */
function declaredLength(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

async function readInTime(
  body: ReadableStream,
  declared: number | undefined,
  bytesMax: number,
): Promise<Result<Uint8Array, Failure>> {
  // The platform's bodies are byte streams. Filling a buffer of ours is about as fast as `arrayBuffer()`, which has no bound
  // (measured on workerd, 1 KiB: 11 300 and 11 800 a second; a reader of chunks 9 200).
  const reader = body.getReader({ mode: 'byob' });
  const { promise: late, resolve: ring } = Promise.withResolvers<undefined>();
  // One deadline for the whole, not one for each read: else a byte now and then would hold the request for ever.
  const timer = setTimeout(ring, limit.bodyReadMs);
  try {
    const read = await Promise.race([readChunks(reader, declared, bytesMax), late]);
    if (read?.ok === true) return read;
    // Not awaited, and nobody's fault: the sender may go on for ever.
    void reader.cancel().catch(() => undefined);
    return read ?? err({ kind: 'body-too-slow', timeoutMs: limit.bodyReadMs });
  } finally {
    clearTimeout(timer);
  }
}

async function readChunks(
  reader: ReadableStreamBYOBReader,
  declared: number | undefined,
  bytesMax: number,
): Promise<Result<Uint8Array, Failure>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  // One byte more than is declared, so that a single read tells that there is no more.
  for (let size = Math.min(chunkBytes, (declared ?? bytesMax) + 1); ; size = chunkBytes) {
    const [first] = chunks;
    const isPromised = first !== undefined && chunks.length === 1 && (declared ?? 0) >= total;
    // What has begun to come as promised is believed: its rest is read to where it belongs, and nothing is copied but this chunk.
    const room = isPromised ? roomAfter(first, declared ?? 0) : new Uint8Array(size);
    const wanted = room.byteLength;
    const { value } = await reader.readAtLeast(wanted, room);
    const chunk = value ?? new Uint8Array();
    total += chunk.byteLength;
    if (total > bytesMax) return err({ kind: 'body-too-large', bytesMax });
    if (isPromised && value !== undefined) chunks[0] = new Uint8Array(value.buffer, 0, total);
    else chunks.push(chunk);
    if (chunk.byteLength < wanted) return ok(join(chunks, total));
  }
}

/** The rest of a buffer that begins with the first chunk, one byte more than is declared. */
function roomAfter(first: Uint8Array, declared: number): Uint8Array {
  const whole = new Uint8Array(declared + 1);
  whole.set(first);
  return whole.subarray(first.byteLength);
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
