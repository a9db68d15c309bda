import { afterEach, describe, expect, it, vi } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import { readBody } from '../../../src/http/middleware/body.ts';

const bytesMax = 200_000;

function requestOf(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request('https://box.example/', { method: 'POST', body, headers });
}

/** Bytes that differ, so that a chunk in the wrong place shows. */
function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31) % 251);
}

/** A stream of unknown length, in chunks, as a sender without `Content-Length` gives it; it counts what was taken. */
function streamOf(total: number, chunk: number): { stream: ReadableStream; taken: () => number } {
  const bytes = someBytes(total);
  let at = 0;
  const stream = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (at >= total) {
        controller.close();
        controller.byobRequest?.respond(0);
        return;
      }
      controller.enqueue(bytes.slice(at, at + chunk));
      at += chunk;
    },
  });
  return { stream, taken: () => at };
}

async function bytesOf(request: Request): Promise<Uint8Array> {
  const body = await readBody(request, bytesMax);
  if (!body.ok) throw new Error(body.error.kind);
  return body.value;
}

describe('a body within the bound (BD-11)', () => {
  it.each([0, 1, 65_534, 65_535, 65_536, 65_537, 131_072, bytesMax])(
    'of %i bytes is read as it came',
    async (length) => {
      const bytes = someBytes(length);

      expect(await bytesOf(requestOf(bytes))).toEqual(bytes);
      expect(await bytesOf(requestOf(bytes, { 'Content-Length': String(length) }))).toEqual(bytes);
    },
  );

  it.each([1, 1_000, 65_536, 70_000])(
    'that streams in chunks of %i bytes is read as it came',
    async (chunk) => {
      const { stream } = streamOf(70_000, chunk);

      expect(await bytesOf(requestOf(stream))).toEqual(someBytes(70_000));
    },
  );

  it('may be bounded to less than one read', async () => {
    expect(await readBody(requestOf('four'), 4)).toEqual({
      ok: true,
      value: new TextEncoder().encode('four'),
    });
    expect(await readBody(requestOf('fives'), 4)).toMatchObject({ error: { kind: 'body-too-large' } });
  });

  it('is empty where there is none', async () => {
    expect(await bytesOf(requestOf(null))).toEqual(new Uint8Array());
  });

  it('is as long as it is, whatever shorter length was declared', async () => {
    const bytes = someBytes(1_000);

    expect(await bytesOf(requestOf(bytes, { 'Content-Length': '10' }))).toEqual(bytes);
  });

  it('is read although its declared length is no number', async () => {
    expect(await bytesOf(requestOf('text', { 'Content-Length': 'four' }))).toEqual(
      new TextEncoder().encode('text'),
    );
  });
});

describe('a body past the bound (BD-11)', () => {
  const tooLarge = { ok: false, error: { kind: 'body-too-large', bytesMax } };

  it('is refused by one byte', async () => {
    expect(await readBody(requestOf(someBytes(bytesMax + 1)), bytesMax)).toEqual(tooLarge);
  });

  it('is refused unread where its length is declared', async () => {
    const { stream, taken } = streamOf(bytesMax + 1, 1_000);
    const request = requestOf(stream, { 'Content-Length': String(bytesMax + 1) });

    expect(await readBody(request, bytesMax)).toEqual(tooLarge);
    expect(taken()).toBeLessThanOrEqual(1_000);
  });

  it('is refused as soon as it passes it, and is not read to its end', async () => {
    const { stream, taken } = streamOf(20 * bytesMax, 10_000);

    expect(await readBody(requestOf(stream), bytesMax)).toEqual(tooLarge);
    expect(taken()).toBeLessThan(2 * bytesMax);
  });
});

describe('a body that is encoded', () => {
  it.each(['gzip', 'br', 'gzip, gzip, br', 'identity, gzip', 'unknown', ''])(
    'as %j is refused and never decoded (BD-08, BD-09)',
    async (coding) => {
      expect(await readBody(requestOf('x', { 'Content-Encoding': coding }), bytesMax)).toEqual({
        ok: false,
        error: { kind: 'content-coding' },
      });
    },
  );

  it.each(['gzip, chunked', 'gzip', 'xchunked', 'chunked, chunked', ''])(
    'for the transfer as %j is refused (HT-10)',
    async (coding) => {
      expect(await readBody(requestOf('x', { 'Transfer-Encoding': coding }), bytesMax)).toEqual({
        ok: false,
        error: { kind: 'content-coding' },
      });
    },
  );

  it.each(['chunked', 'Chunked '])('in chunks as %j is not encoded', async (coding) => {
    expect(await bytesOf(requestOf('x', { 'Transfer-Encoding': coding }))).toHaveLength(1);
  });

  it.each(['identity', 'Identity'])('as %s is not encoded', async (coding) => {
    expect(await bytesOf(requestOf('x', { 'Content-Encoding': coding }))).toHaveLength(1);
  });
});

it('a body that breaks off is unreadable (BD-13)', async () => {
  const stream = new ReadableStream({
    type: 'bytes',
    start(controller) {
      controller.enqueue(someBytes(10));
    },
    pull(controller) {
      controller.error(new Error('connection lost'));
    },
  });

  expect(await readBody(requestOf(stream), bytesMax)).toMatchObject({
    ok: false,
    error: { kind: 'body-unreadable' },
  });
});

describe('a body that trickles (BD-14)', () => {
  afterEach(() => vi.useRealTimers());

  /** A sender that writes `bytes` more whenever it is asked to, and what has become of its stream. */
  function trickle(): { stream: ReadableStream; write: (bytes: number) => void; isCancelled: () => boolean } {
    let isCancelled = false;
    let controller: ReadableByteStreamController | undefined;
    const stream = new ReadableStream({
      type: 'bytes',
      start: (own) => {
        controller = own;
      },
      cancel: () => {
        isCancelled = true;
      },
    });
    return {
      stream,
      write: (bytes) => controller?.enqueue(someBytes(bytes)),
      isCancelled: () => isCancelled,
    };
  }

  it.each([
    ['of no declared length', {}],
    ['of a declared length', { 'Content-Length': '50' }],
  ])('%s is too slow when the time is over, however often a byte comes', async (_, headers) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { stream, write, isCancelled } = trickle();
    let isAnswered = false;
    const answer = readBody(requestOf(stream, headers), bytesMax).finally(() => {
      isAnswered = true;
    });
    for (let elapsed = 0; elapsed < limit.bodyReadMs - 1_000; elapsed += 1_000) {
      write(1);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await vi.advanceTimersByTimeAsync(999);

    expect(isAnswered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual({
      ok: false,
      error: { kind: 'body-too-slow', timeoutMs: limit.bodyReadMs },
    });
    expect(isCancelled()).toBe(true);
  });

  it('and ends in time is read as it came, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

    expect(await bytesOf(requestOf(someBytes(100)))).toEqual(someBytes(100));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has less time than the log gives a delivery between its arrival and its acceptance', () => {
    expect(limit.bodyReadMs).toBeLessThan(limit.deliveryLagMs);
  });
});
