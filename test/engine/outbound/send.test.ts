// One attempt at a request: what is sent, what counts as a success, and how long it may take.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { limit } from '../../../src/core/limit.ts';
import { bearer, type HttpRequest, secret } from '../../../src/engine/outbound/request.ts';
import { isRefused, portsOf, secrets, sent, settle } from './port.ts';

const peer = 'https://peer.example.com/orders';

describe('a request', () => {
  it('is a GET without a body, and says who asks', async () => {
    const { ports, requests } = portsOf(() => new Response(null, { status: 204 }));
    const outcome = await sent({ url: peer }, ports);
    expect(outcome).toEqual({ ok: true, value: { status: 204, headers: {}, body: null } });
    expect(requests).toEqual([
      { method: 'GET', url: peer, headers: { accept: '*/*', 'user-agent': 'Signalbox' }, body: '' },
    ]);
  });

  it('is a POST of JSON where there is a body', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    await sent({ url: peer, body: { total: 12.5, lines: [null] } }, ports);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"total":12.5,"lines":[null]}',
    });
  });

  it('sends a text as it is, under the media type that the author names', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    await sent({ url: peer, body: '<a/>', headers: { 'Content-Type': 'application/xml' } }, ports);
    await sent({ url: peer, body: 'hello' }, ports);
    expect(requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['<a/>', 'application/xml'],
      ['hello', 'text/plain;charset=UTF-8'],
    ]);
  });

  it('sends null as JSON, which is not the same as no body', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    await sent({ url: peer, body: null }, ports);
    expect(requests[0]).toMatchObject({ method: 'POST', body: 'null' });
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'HEAD'] as const)('may be a %s', async (method) => {
    const { ports, requests } = portsOf(() => new Response(null, { status: 204 }));
    expect(await sent({ url: peer, method }, ports)).toMatchObject({ ok: true });
    expect(requests[0]?.method).toBe(method);
  });

  it.each(['GET', 'HEAD'] as const)('is refused as a %s with a body', async (method) => {
    const { ports, requests } = portsOf(() => Response.json({}));
    expect(isRefused(await sent({ url: peer, method, body: {} }, ports), 'request-invalid')).toBe(true);
    expect(requests).toEqual([]);
  });

  it.each([
    ['a function', () => 0],
    ['a bigint', 1n],
    ['a cycle', cycle()],
    ['a symbol', Symbol('x')],
  ])('is refused with %s for a body', async (_what, body) => {
    const { ports, requests } = portsOf(() => Response.json({}));
    expect(isRefused(await sent({ url: peer, body }, ports), 'request-invalid')).toBe(true);
    expect(requests).toEqual([]);
  });

  it.each([
    ['a text', (length: number) => 'x'.repeat(length)],
    ['JSON', (length: number) => ['x'.repeat(length - '[""]'.length)]],
  ])('may have a body as long as the limit, and none longer: %s', async (_what, body) => {
    const { requestBodyLengthMax: max } = limit;
    const { ports, requests } = portsOf(() => Response.json({}));
    expect(await sent({ url: peer, body: body(max) }, ports)).toMatchObject({ ok: true });
    const outcome = await sent({ url: peer, body: body(max + 1) }, ports);
    expect(isRefused(outcome, 'request-invalid')).toBe(true);
    expect(outcome).toMatchObject({
      error: { message: `Cannot send the body as it must have at most ${max} characters: it has ${max + 1}` },
    });
    expect(requests).toHaveLength(1);
  });

  it('carries the idempotency key as a quoted string, and the trace', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await sent({ url: peer, body: {} }, ports, { idempotencyKey: 'orders.0.a"b\\.3', traceparent });
    expect(requests[0]?.headers).toMatchObject({
      'idempotency-key': String.raw`"orders.0.a\"b\\.3"`,
      traceparent,
    });
  });

  it('keeps the idempotency key, the accepted types and the agent that its author names', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    const headers = { 'Idempotency-Key': 'order-1', Accept: 'text/csv', 'User-Agent': 'shop/1' };
    await sent({ url: peer, body: {}, headers }, ports, { idempotencyKey: 'mine' });
    expect(requests[0]?.headers).toMatchObject({
      'idempotency-key': 'order-1',
      accept: 'text/csv',
      'user-agent': 'shop/1',
    });
  });

  it('prefers JSON where the author says what the body must be', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    await sent({ url: peer, response: z.object({}) }, ports);
    expect(requests[0]?.headers['accept']).toBe('application/json, */*;q=0.5');
  });

  it('puts secrets in where they are named', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    const key = { ...secret('OTHER'), suffix: ':' };
    await sent({ url: peer, headers: { Authorization: bearer('TOKEN'), 'X-Key': key } }, ports);
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${secrets.TOKEN}`,
      'x-key': `${secrets.OTHER}:`,
    });
  });
});

describe('an answer', () => {
  it('is a success with any status of 200 to 299', async () => {
    for (const status of [200, 201, 202, 299]) {
      const { ports } = portsOf(() => Response.json({ status }, { status }));
      expect(await sent({ url: peer }, ports)).toMatchObject({
        ok: true,
        value: { status, body: { status } },
      });
    }
  });

  it('is a success with the statuses that are expected, and no others', async () => {
    const statusOf = async (status: number, statuses: HttpRequest['expect'] = [404, '2xx']) => {
      const { ports } = portsOf(() => Response.json({}, { status }));
      return (await sent({ url: peer, expect: statuses }, ports)).ok;
    };
    expect([await statusOf(404), await statusOf(201), await statusOf(410)]).toEqual([true, true, false]);
    expect(await statusOf(200, [201])).toBe(false);
    expect(await statusOf(302, [302])).toBe(true);
  });

  it.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/json; charset=utf-8', '"text"', 'text'],
    ['application/problem+json', '{"title":"x"}', { title: 'x' }],
    ['Application/HAL+JSON', '[]', []],
    ['text/json', '1', 1],
    ['text/plain', '{"a":1}', '{"a":1}'],
    ['application/jsonp', '1', '1'],
    ['text/html; charset=iso-8859-1', 'plain', 'plain'],
  ])('of %s is read as it says', async (type, body, value) => {
    const { ports } = portsOf(() => new Response(body, { headers: { 'content-type': type } }));
    expect(await sent({ url: peer }, ports)).toMatchObject({ ok: true, value: { body: value } });
  });

  it('in another encoding is read in that', async () => {
    const latin1 = Uint8Array.of(0x47, 0x72, 0xfc, 0xdf, 0x65);
    const headers = { 'content-type': 'text/plain; charset="ISO-8859-1"' };
    const { ports } = portsOf(() => new Response(latin1, { headers }));
    expect(await sent({ url: peer }, ports)).toMatchObject({ value: { body: 'Grüße' } });
  });

  it('without a body has null for one, whatever its media type', async () => {
    const { ports } = portsOf(() => new Response('', { headers: { 'content-type': 'application/json' } }));
    expect(await sent({ url: peer }, ports)).toMatchObject({ ok: true, value: { body: null } });
  });

  it('has the body that its schema makes of it', async () => {
    const { ports } = portsOf(() => Response.json({ id: '7', more: true }));
    const response = z.object({ id: z.coerce.number() });
    expect(await sent({ url: peer, response }, ports)).toMatchObject({ value: { body: { id: 7 } } });
  });

  it('has its headers in lower case', async () => {
    const { ports } = portsOf(() => new Response(null, { headers: { Location: '/x', 'X-Request-Id': 'r' } }));
    expect(await sent({ url: peer }, ports)).toMatchObject({
      value: { headers: { location: '/x', 'x-request-id': 'r' } },
    });
  });
});

describe('the time a request may take', () => {
  it('runs out while the headers are awaited', async () => {
    const { ports, pass, slotsHeld, timers } = portsOf(() => new Promise<never>(() => {}));
    const waiting = sent({ url: peer }, ports);
    await settle();
    pass(limit.requestTimeoutMs);
    expect(await waiting).toEqual({
      ok: false,
      error: {
        code: 'timeout',
        name: 'TimeoutError',
        message: 'peer.example.com did not answer within 30000 ms',
        retryable: true,
      },
    });
    expect([slotsHeld(), timers()]).toEqual([0, 0]);
  });

  it('has not run out a millisecond before', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { ports, pass } = portsOf(() => promise);
    const waiting = sent({ url: peer, timeout: '2 seconds' }, ports);
    await settle();
    pass(1_999);
    resolve(Response.json({}));
    expect(await waiting).toMatchObject({ ok: true });
  });

  it('runs out while the body is read', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{'));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const { ports, pass, timers } = portsOf(() => new Response(body));
    const waiting = sent({ url: peer, timeout: 500 }, ports);
    await settle();
    pass(500);
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'timeout', retryable: true } });
    expect([cancelled, timers()]).toEqual([true, 0]);
  });

  it('begins only once a connection is free', async () => {
    const { promise, resolve } = Promise.withResolvers<() => void>();
    const { ports, pass, timers, requests } = portsOf(() => Response.json({}), { slot: () => promise });
    const waiting = sent({ url: peer, timeout: 500 }, ports);
    await settle();
    expect([timers(), requests.length]).toEqual([0, 0]);
    pass(10_000);
    resolve(() => {});
    expect(await waiting).toMatchObject({ ok: true });
  });

  it.each([0, -1, '15 minutes', 'soon', limit.attemptTimeoutMaxMs + 1])('can not be %j', async (timeout) => {
    const { ports, requests } = portsOf(() => Response.json({}));
    expect(isRefused(await sent({ url: peer, timeout }, ports), 'request-invalid')).toBe(true);
    expect(requests).toEqual([]);
  });

  it.each([1, '14 minutes'])('can be %j', async (timeout) => {
    const { ports } = portsOf(() => Response.json({}));
    expect(await sent({ url: peer, timeout }, ports)).toMatchObject({ ok: true });
  });
});

describe('a connection slot', () => {
  it('is asked for under the host of the request', async () => {
    const hosts: string[] = [];
    const slot = async (_signal: AbortSignal, host: string) => {
      hosts.push(host);
      return () => {};
    };
    await sent({ url: 'https://peer.example.com:8443/a' }, portsOf(() => Response.json({}), { slot }).ports);
    expect(hosts).toEqual(['peer.example.com:8443']);
  });

  it('is given back once, when the headers are there, before the body is read', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const body = new ReadableStream({
      pull: async (controller) => {
        await promise;
        controller.close();
      },
    });
    const { ports, slotsHeld } = portsOf(() => new Response(body));
    const waiting = sent({ url: peer }, ports);
    await settle();
    expect(slotsHeld()).toBe(0);
    resolve(undefined);
    await waiting;
    expect(slotsHeld()).toBe(0);
  });

  it('is given back where the connection breaks', async () => {
    const { ports, slotsHeld, timers } = portsOf(() => Promise.reject(new Error('Network connection lost.')));
    expect(await sent({ url: peer }, ports)).toMatchObject({
      error: {
        code: 'network',
        message: 'peer.example.com could not be reached: Network connection lost.',
        retryable: true,
      },
    });
    expect([slotsHeld(), timers()]).toEqual([0, 0]);
  });
});

describe('a request that nobody wants any more', () => {
  it('ends at once, and tells the peer’s breaker nothing', async () => {
    const reports: unknown[] = [];
    const upstream = {
      admit: async () => ({ admitted: true as const }),
      report: async (...report: unknown[]) => {
        reports.push(report);
      },
    };
    const { ports, slotsHeld, timers } = portsOf(() => new Promise<never>(() => {}), { upstream });
    const controller = new AbortController();
    const waiting = sent({ url: peer }, ports, { signal: controller.signal });
    await settle();
    controller.abort(new Error('cancelled'));
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'aborted' } });
    expect([slotsHeld(), timers(), reports]).toEqual([0, 0, []]);
  });

  it('is not sent where it ended before', async () => {
    const { ports, requests } = portsOf(() => Response.json({}));
    expect(await sent({ url: peer }, ports, { signal: AbortSignal.abort() })).toMatchObject({
      error: { code: 'aborted' },
    });
    expect(requests).toEqual([]);
  });
});

describe('what is known of the host', () => {
  it('keeps a request from being sent', async () => {
    const { ports, requests, slotsHeld } = portsOf(() => Response.json({}), {
      upstream: {
        admit: async () => ({ admitted: false, reason: 'open', retryAfterMs: 4_000 }),
        report: async () => {},
      },
    });
    expect(await sent({ url: peer }, ports)).toEqual({
      ok: false,
      error: {
        code: 'circuit-open',
        name: 'CircuitOpenError',
        message: 'Nothing is sent to peer.example.com for now as it kept failing',
        retryable: true,
      },
      retryAfterMs: 4_000,
    });
    expect([requests, slotsHeld()]).toEqual([[], 0]);
  });

  it('is told what came of a request: by host and port, with what the headers say', async () => {
    const reports: unknown[] = [];
    const upstream = {
      admit: async () => ({ admitted: true as const }),
      report: async (...report: unknown[]) => {
        reports.push(report);
      },
    };
    const headers = { 'retry-after': '7', ratelimit: '"default";r=0;t=9' };
    const { ports } = portsOf(() => new Response(null, { status: 429, headers }), { upstream });
    await sent({ url: 'https://peer.example.com:8443/' }, ports);
    expect(reports).toEqual([
      [
        { host: 'peer.example.com:8443', partition: expect.stringMatching(/^[0-9a-z]+$/) },
        { status: 429, retryAfterMs: 7_000, remaining: 0, resetMs: 9_000 },
        ports.now(),
      ],
    ]);
  });

  it.each([
    ['network', () => Promise.reject(new Error('gone'))],
    ['timeout', () => new Promise<never>(() => {})],
  ])('is told of a failure: %s', async (failure, answer) => {
    const reports: unknown[] = [];
    const upstream = {
      admit: async () => ({ admitted: true as const }),
      report: async (_to: unknown, report: unknown) => {
        reports.push(report);
      },
    };
    const { ports, pass } = portsOf(answer, { upstream });
    const waiting = sent({ url: peer }, ports);
    await settle();
    pass(limit.requestTimeoutMs);
    await waiting;
    expect(reports).toEqual([{ failure }]);
  });
});

function cycle(): object {
  const body: { self?: object } = {};
  body.self = body;
  return body;
}
