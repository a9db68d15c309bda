// What a hostile or broken peer can answer: nothing of it hangs, overflows, or passes for a success.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { limit } from '../../../src/core/limit.ts';
import { isRefused, portsOf, sent, startedAt } from './port.ts';

const peer = 'https://peer.example.com/';
const json = { 'content-type': 'application/json' };

describe('DN-02: a body without end', () => {
  it('is read to its bound, and cancelled', async () => {
    let sentBytes = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull: (controller) => {
        sentBytes += 16_384;
        controller.enqueue(new Uint8Array(16_384));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const { ports } = portsOf(() => new Response(body));
    const outcome = await sent({ url: peer }, ports);
    expect(isRefused(outcome, 'response-too-large')).toBe(true);
    expect(cancelled).toBe(true);
    expect(sentBytes).toBeLessThan(limit.responseBytesMax + 5 * 16_384);
  });

  it('is cut off where it is a failure’s, whose beginning is enough', async () => {
    let sentBytes = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        sentBytes += 1_024;
        controller.enqueue(new Uint8Array(1_024).fill(0x61));
      },
    });
    const { ports } = portsOf(() => new Response(body, { status: 500 }));
    expect(await sent({ url: peer }, ports)).toMatchObject({
      error: { code: 'http-status', httpStatus: 500 },
    });
    expect(sentBytes).toBeLessThan(16_384);
  });

  it.each([0, 1, 1_000, limit.responseBytesCeiling])(
    'may have %i bytes where that is its bound',
    async (max) => {
      const answer = (bytes: number) => portsOf(() => new Response(new Uint8Array(bytes))).ports;
      expect(await sent({ url: peer, responseBytesMax: max }, answer(max))).toMatchObject({ ok: true });
      const outcome = await sent({ url: peer, responseBytesMax: max }, answer(max + 1));
      expect(isRefused(outcome, 'response-too-large')).toBe(true);
    },
  );

  it.each([-1, Number.NaN, Infinity, limit.responseBytesCeiling + 1])(
    'can not have %d as its bound',
    async (max) => {
      const { ports, requests } = portsOf(() => Response.json({}));
      expect(isRefused(await sent({ url: peer, responseBytesMax: max }, ports), 'request-invalid')).toBe(
        true,
      );
      expect(requests).toEqual([]);
    },
  );

  it('counts as what it becomes when it is decompressed', async () => {
    const zeros = new Blob([new Uint8Array(4 * limit.responseBytesMax)]).stream();
    const bomb = await new Response(zeros.pipeThrough(new CompressionStream('gzip'))).bytes();
    expect(bomb.byteLength).toBeLessThan(limit.responseBytesMax / 10);
    const { ports } = portsOf(() => {
      const compressed = new Blob([bomb]).stream();
      return new Response(compressed.pipeThrough(new DecompressionStream('gzip')));
    });
    expect(isRefused(await sent({ url: peer }, ports), 'response-too-large')).toBe(true);
  });

  it('that breaks off is a broken connection, to be tried again', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"a":'));
      },
      pull: () => {
        throw new Error('connection reset');
      },
    });
    const { ports } = portsOf(() => new Response(body, { headers: json }));
    expect(await sent({ url: peer }, ports)).toMatchObject({ error: { code: 'network', retryable: true } });
  });
});

describe('DN-04: a peer that wants to be left alone', () => {
  const answered = async (status: number, retryAfter: string) => {
    const { ports } = portsOf(() => new Response(null, { status, headers: { 'retry-after': retryAfter } }));
    return sent({ url: peer }, ports);
  };

  it.each([429, 503])('is, for so many seconds: %i', async (status) => {
    expect(await answered(status, '60')).toMatchObject({ retryAfterMs: 60_000, error: { retryable: true } });
  });

  it('is, until the moment that it names', async () => {
    expect(await answered(503, new Date(startedAt + 90_000).toUTCString())).toMatchObject({
      retryAfterMs: 90_000,
    });
  });

  it('is for a day at most', async () => {
    expect(await answered(503, '99999999999')).toMatchObject({ retryAfterMs: limit.retryAfterMaxMs });
  });

  it.each(['soon', '-1', '1.5', ''])('is not where it says %j', async (retryAfter) => {
    expect(await answered(503, retryAfter)).not.toHaveProperty('retryAfterMs');
  });

  it('is not heard where trying again can not help', async () => {
    expect(await answered(404, '60')).not.toHaveProperty('retryAfterMs');
  });
});

describe('DN-06: a good status with a bad body', () => {
  const outcomeOf = (body: BodyInit, contentType: string, more: Parameters<typeof sent>[0] = { url: peer }) =>
    sent(more, portsOf(() => new Response(body, { headers: { 'content-type': contentType } })).ports);
  const response = z.object({ id: z.string(), status: z.enum(['running', 'done']) });

  it.each(['{', 'not JSON', '{"a":1}}', '<html>'])('%j for JSON is a failure', async (body) => {
    expect(await outcomeOf(body, 'application/json')).toMatchObject({
      error: { code: 'response-invalid', httpStatus: 200 },
    });
  });

  it('bytes that are not UTF-8 are not JSON', async () => {
    expect(await outcomeOf(Uint8Array.of(0x22, 0xff, 0x22), 'application/json')).toMatchObject({
      error: { code: 'response-invalid' },
    });
  });

  it('JSON may nest 64 deep, and no deeper', async () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(await outcomeOf(nested(64), 'application/json')).toMatchObject({ ok: true });
    expect(await outcomeOf(nested(65), 'application/json')).toMatchObject({
      error: { code: 'response-invalid' },
    });
    expect(await outcomeOf(nested(100_000), 'application/json')).toMatchObject({
      error: { code: 'response-invalid' },
    });
  });

  it('is tried again where that is harmless and the page may be a gateway’s', async () => {
    const again = async (method: 'GET' | 'PUT' | 'DELETE' | 'POST' | 'PATCH', contentType: string) => {
      const body = contentType === 'text/html' ? '<html>' : '{';
      const outcome = await outcomeOf(body, contentType, { url: peer, method, response });
      return outcome.ok ? undefined : outcome.error.retryable;
    };
    expect(await again('GET', 'text/html')).toBe(true);
    expect(await again('PUT', 'text/html')).toBe(true);
    expect(await again('DELETE', 'application/json')).toBe(true);
    // The status says that these are done: a peer that heeds no idempotency key would do them twice.
    expect(await again('POST', 'text/html')).toBe(false);
    expect(await again('PATCH', 'application/json')).toBe(false);
  });

  it('of another shape is a failure that names what is wrong, and is not tried again', async () => {
    const outcome = await outcomeOf('{"id":7,"status":"Weird"}', 'application/json', { url: peer, response });
    expect(isRefused(outcome, 'response-invalid')).toBe(true);
    expect(outcome).toMatchObject({
      error: { message: expect.stringMatching(/^peer\.example\.com answered 200 but .*id: .*status: /) },
    });
  });

  it('names so many things that are wrong as the limit', async () => {
    const { schemaIssuesShownMax: max } = limit;
    const names = Array.from({ length: max + 1 }, (_, at) => `n${at}`);
    const wrong = async (count: number) => {
      const shape = Object.fromEntries(names.slice(0, count).map((name) => [name, z.string()]));
      const outcome = await outcomeOf('{}', 'application/json', { url: peer, response: z.object(shape) });
      return outcome.ok ? [] : (outcome.error.message.match(/n\d:/g) ?? []);
    };
    expect(await wrong(max)).toHaveLength(max);
    expect(await wrong(max + 1)).toHaveLength(max);
  });

  it.each(['null', '"x"', '[]', '{"id":"1","status":null}'])('DN-09: %s is no status', async (body) => {
    const outcome = await outcomeOf(body, 'application/json', { url: peer, response });
    expect(isRefused(outcome, 'response-invalid')).toBe(true);
  });

  it('of no bytes at all does not fit a schema', async () => {
    const outcome = await outcomeOf('', 'application/json', { url: peer, response });
    expect(isRefused(outcome, 'response-invalid')).toBe(true);
  });

  it('can not set a prototype', async () => {
    const outcome = await outcomeOf('{"__proto__":{"admin":true},"a":"\\u0041"}', 'application/json');
    expect(outcome).toMatchObject({ ok: true });
    const body: unknown = outcome.ok ? outcome.value.body : undefined;
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect(body).not.toHaveProperty('admin');
  });
});

describe('DN-11: every status', () => {
  const retryable = new Set([408, 425, 429]);
  // 101 is no answer to a request, and a Response can't be made with it.
  const all = Array.from({ length: 400 }, (_, index) => 200 + index);

  it('is a success, worth another attempt, or final, as the table has it', async () => {
    for (const status of all) {
      const bodiless = [204, 205, 304].includes(status);
      const { ports } = portsOf(() => new Response(bodiless ? null : 'x', { status }));
      const outcome = await sent({ url: peer }, ports);
      if (status <= 299) {
        expect(outcome).toMatchObject({ ok: true });
        continue;
      }
      const code = [301, 302, 303, 307, 308].includes(status) ? 'redirect' : 'http-status';
      expect(outcome).toMatchObject({
        ok: false,
        error: { code, httpStatus: status, retryable: retryable.has(status) || status >= 500 },
      });
    }
  });
});

describe('DN-12: headers', () => {
  const kept = async (headers: Headers) => {
    const outcome = await sent({ url: peer }, portsOf(() => new Response(null, { headers })).ports);
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.value.headers;
  };

  it('have no cookies, and there is no jar for them', async () => {
    const { ports, requests } = portsOf(
      () => new Response(null, { headers: { 'set-cookie': 'a=1', b: '2' } }),
    );
    const outcome = await sent({ url: peer }, ports);
    await sent({ url: peer }, ports);
    expect(outcome).toMatchObject({ value: { headers: { b: '2' } } });
    expect(outcome).not.toHaveProperty('value.headers.set-cookie');
    expect(requests[1]?.headers).not.toHaveProperty('cookie');
  });

  it('have nothing that was said about the connection', async () => {
    expect(
      await kept(new Headers({ connection: 'keep-alive', 'keep-alive': 'timeout=5', etag: '"1"' })),
    ).toEqual({
      etag: '"1"',
    });
  });

  it('are kept up to 2 KiB each', async () => {
    const { keptHeaderBytesMax: max } = limit;
    expect(await kept(new Headers({ a: 'x'.repeat(max), b: 'x'.repeat(max + 1) }))).toEqual({
      a: 'x'.repeat(max),
      'signalbox-headers-dropped': '1',
    });
  });

  it('are kept up to 64, and the rest is counted', async () => {
    const headers = (count: number) =>
      new Headers(Array.from({ length: count }, (_, at): [string, string] => [`h${at}`, 'x']));
    expect(Object.keys(await kept(headers(limit.keptHeadersMax)))).toHaveLength(limit.keptHeadersMax);
    const more = await kept(headers(limit.keptHeadersMax + 6));
    expect(Object.keys(more)).toHaveLength(limit.keptHeadersMax + 1);
    expect(more['signalbox-headers-dropped']).toBe('6');
  });

  it('are kept up to 8 KiB in all, names and values', async () => {
    const headers = (lastLength: number) =>
      new Headers([
        ...Array.from({ length: 4 }, (_, at): [string, string] => [`h${at}`, 'x'.repeat(2_000)]),
        ['last', 'x'.repeat(lastLength)],
      ]);
    const rest = limit.keptHeadersBytesMax - 4 * 2_002 - 'last'.length;
    expect(await kept(headers(rest))).toMatchObject({ last: 'x'.repeat(rest) });
    expect(await kept(headers(rest + 1))).toMatchObject({ 'signalbox-headers-dropped': '1' });
  });

  it('can not claim that some were left out, nor set a prototype', async () => {
    const headers = await kept(new Headers({ 'signalbox-headers-dropped': '9', __proto__x: 'y' }));
    expect(headers).toEqual({ __proto__x: 'y' });
  });
});

describe('what a failure says', () => {
  const message = async (body: BodyInit, contentType: string) => {
    const headers = { 'content-type': contentType };
    const outcome = await sent(
      { url: peer },
      portsOf(() => new Response(body, { status: 422, headers })).ports,
    );
    return outcome.ok ? undefined : outcome.error.message;
  };

  it('is the beginning of the peer’s own words', async () => {
    expect(await message('{"error":"no such customer"}', 'application/problem+json')).toBe(
      'peer.example.com answered 422: {"error":"no such customer"}',
    );
  });

  it('is so much of them as the limit, and less where they are longer', async () => {
    const { failureQuoteLengthMax: max } = limit;
    const answered = 'peer.example.com answered 422: ';
    expect(await message('x'.repeat(max), 'text/plain')).toBe(`${answered}${'x'.repeat(max)}`);
    expect(await message('x'.repeat(max + 1), 'text/plain')).toBe(`${answered}${'x'.repeat(max)}…`);
  });

  it('is nothing of a body of which no more than a beginning is read', async () => {
    const { failureBodyBytesMax: max } = limit;
    expect(await message('x'.repeat(max), 'text/plain')).toContain('xxx');
    expect(await message('x'.repeat(max + 1), 'text/plain')).toBe('peer.example.com answered 422');
  });

  it('is not its HTML page, nor what is no text', async () => {
    expect(await message('<html>', 'text/html')).toBe('peer.example.com answered 422');
    expect(await message('x', 'application/octet-stream')).toBe('peer.example.com answered 422');
    expect(await message(Uint8Array.of(0xff), 'application/json')).toBe('peer.example.com answered 422');
  });

  it('IN-05: acts in no terminal and breaks no line of a log', async () => {
    expect(await message('a\r\nb\u001B[2J\u202Ec\u0000\u2028d', 'text/plain')).toBe(
      'peer.example.com answered 422: a b [2J c d',
    );
  });
});
