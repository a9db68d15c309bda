// Redirects: not followed unless asked, judged at every hop, and never with credentials to another origin.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import { bearer, type HttpRequest, secret } from '../../../src/engine/outbound/request.ts';
import { isRefused, portsOf, secrets, sent } from './port.ts';

const first = 'https://peer.example.com/a';

/** A network in which each URL of the map redirects. */
function redirecting(hops: Readonly<Record<string, readonly [status: number, location: string]>>) {
  return portsOf(({ url }) => {
    const hop = hops[url];
    return hop === undefined
      ? Response.json({ at: url })
      : new Response('elsewhere', { status: hop[0], headers: { location: hop[1] } });
  });
}

const follow = { url: first, redirect: 'follow' } satisfies HttpRequest;

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of %i is a failure unless it is to be followed', async (status) => {
    const { ports, requests } = redirecting({ [first]: [status, 'https://elsewhere.example.com/'] });
    const outcome = await sent({ url: first }, ports);
    expect(isRefused(outcome, 'redirect')).toBe(true);
    expect(outcome).toMatchObject({ error: { httpStatus: status } });
    expect(requests).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('of %i is followed where that is asked', async (status) => {
    const { ports, requests, slotsHeld } = redirecting({ [first]: [status, '/b?x=1'] });
    expect(await sent(follow, ports)).toMatchObject({
      ok: true,
      value: { body: { at: 'https://peer.example.com/b?x=1' } },
    });
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(slotsHeld()).toBe(0);
  });

  it.each([300, 304, 305])('is not what %i is', async (status) => {
    const answer = () => new Response(null, { status, headers: { location: '/b' } });
    const { ports, requests } = portsOf(answer);
    expect(isRefused(await sent(follow, ports), 'http-status')).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('is followed so many times, and not once more', async () => {
    const chain = (count: number) =>
      redirecting(
        Object.fromEntries(
          Array.from({ length: count }, (_, at) => [
            at === 0 ? first : `https://peer.example.com/${at}`,
            [302, `/${at + 1}`] as const,
          ]),
        ),
      );
    expect(await sent(follow, chain(limit.redirectsMax).ports)).toMatchObject({ ok: true });
    const { ports, requests, slotsHeld, timers } = chain(limit.redirectsMax + 1);
    expect(isRefused(await sent(follow, ports), 'redirect')).toBe(true);
    expect([requests.length, slotsHeld(), timers()]).toEqual([limit.redirectsMax + 1, 0, 0]);
  });

  it('in a circle ends', async () => {
    const { ports, requests } = redirecting({ [first]: [302, first] });
    expect(isRefused(await sent(follow, ports), 'redirect')).toBe(true);
    expect(requests).toHaveLength(6);
  });

  it('that names no place is a failure', async () => {
    expect(isRefused(await sent(follow, portsOf(() => bare(302)).ports), 'redirect')).toBe(true);
    const { ports } = redirecting({ [first]: [302, 'https://['] });
    expect(isRefused(await sent(follow, ports), 'redirect')).toBe(true);
  });
});

describe('each hop', () => {
  it.each([
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0x7f.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://metadata.google.internal/',
    '//localhost/',
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:password@example.com/',
    'https://example.com:22/',
  ])('is judged: %s is not asked', async (location) => {
    const { ports, requests, slotsHeld } = redirecting({ [first]: [302, location] });
    expect(isRefused(await sent(follow, ports), 'blocked-url')).toBe(true);
    expect([requests.length, slotsHeld()]).toEqual([1, 0]);
  });

  it('is judged after a good one, too', async () => {
    const { ports, requests } = redirecting({
      [first]: [302, 'https://other.example.com/'],
      'https://other.example.com/': [302, 'https://10.0.0.1/'],
    });
    expect(isRefused(await sent(follow, ports), 'blocked-url')).toBe(true);
    expect(requests).toHaveLength(2);
  });

  it('does not lead from a public peer to a private host that the author may name', async () => {
    const { ports, requests } = redirecting({ [first]: [302, 'http://127.0.0.1:8788/'] });
    const local = { ...ports, allowedPrivateHosts: ['127.0.0.1:8788'] };
    expect(isRefused(await sent(follow, local), 'blocked-url')).toBe(true);
    expect(requests).toHaveLength(1);
    const own = redirecting({ 'http://127.0.0.1:8788/a': [302, '/b'] });
    const asked = { url: 'http://127.0.0.1:8788/a', redirect: 'follow' } as const;
    expect(await sent(asked, { ...own.ports, allowedPrivateHosts: ['127.0.0.1:8788'] })).toMatchObject({
      ok: true,
    });
  });

  it('is asked of what is known of its own host', async () => {
    const asked: string[] = [];
    const { ports } = redirecting({ [first]: [302, 'https://other.example.com/'] });
    const upstream = {
      admit: async ({ host }: { readonly host: string }) => {
        asked.push(host);
        return host === 'other.example.com'
          ? { admitted: false as const, reason: 'throttled' as const, retryAfterMs: 5_000 }
          : { admitted: true as const };
      },
      report: async () => {},
    };
    expect(await sent(follow, { ...ports, upstream })).toMatchObject({
      error: { code: 'throttled', retryable: true },
      retryAfterMs: 5_000,
    });
    expect(asked).toEqual(['peer.example.com', 'other.example.com']);
  });
});

describe('SS-21: on a hop to another origin', () => {
  const headers = {
    authorization: bearer('TOKEN'),
    'x-api-key': secret('OTHER'),
    cookie: 'session=fake',
    'x-custom': 'the author’s'.replaceAll('’', "'"),
    accept: 'text/csv',
  };
  const request = { ...follow, headers } satisfies HttpRequest;

  it.each([
    ['another host', 'https://other.example.com/'],
    ['a subdomain', 'https://sub.peer.example.com/'],
    ['another port', 'https://peer.example.com:8443/'],
  ])('no header goes along that the author gave to the first: %s', async (_what, location) => {
    const { ports, requests } = redirecting({ [first]: [307, location] });
    await sent(request, ports, { idempotencyKey: 'k', traceparent: '00-1-2-01' });
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${secrets.TOKEN}`,
      cookie: 'session=fake',
    });
    expect(requests[1]?.headers).toEqual({
      accept: 'text/csv',
      'idempotency-key': '"k"',
      traceparent: '00-1-2-01',
      'user-agent': 'Signalbox',
    });
  });

  it('they do not come back on the way home', async () => {
    const { ports, requests } = redirecting({
      [first]: [302, 'https://other.example.com/'],
      'https://other.example.com/': [302, 'https://peer.example.com/b'],
    });
    await sent(request, ports);
    expect(requests.map(({ headers: sentHeaders }) => 'authorization' in sentHeaders)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('they go along within the origin', async () => {
    const { ports, requests } = redirecting({ [first]: [302, 'https://PEER.example.com:443/b'] });
    await sent(request, ports);
    expect(requests[1]?.headers).toMatchObject({
      authorization: `Bearer ${secrets.TOKEN}`,
      'x-api-key': secrets.OTHER,
    });
  });
});

describe('the method', () => {
  const methodAfter = async (status: number, method: 'POST' | 'PUT' | 'DELETE' | 'HEAD') => {
    const { ports, requests } = redirecting({ [first]: [status, '/b'] });
    const body = method === 'HEAD' ? {} : { body: { a: 1 } };
    await sent({ ...follow, method, ...body, headers: { 'content-language': 'en' } }, ports);
    const [, second] = requests;
    return [
      second?.method,
      second?.body,
      second?.headers['content-type'],
      second?.headers['content-language'],
    ];
  };
  const asGet = ['GET', '', undefined, undefined];

  it('of a POST becomes GET after 301, 302 and 303, without its body', async () => {
    expect(await methodAfter(301, 'POST')).toEqual(asGet);
    expect(await methodAfter(302, 'POST')).toEqual(asGet);
    expect(await methodAfter(303, 'POST')).toEqual(asGet);
  });

  it('of the others becomes GET after 303 only', async () => {
    expect(await methodAfter(303, 'PUT')).toEqual(asGet);
    expect(await methodAfter(303, 'DELETE')).toEqual(asGet);
    expect(await methodAfter(302, 'PUT')).toEqual(['PUT', '{"a":1}', 'application/json', 'en']);
    expect(await methodAfter(301, 'DELETE')).toEqual(['DELETE', '{"a":1}', 'application/json', 'en']);
  });

  it('stays after 307 and 308, with its body', async () => {
    expect(await methodAfter(307, 'POST')).toEqual(['POST', '{"a":1}', 'application/json', 'en']);
    expect(await methodAfter(308, 'PUT')).toEqual(['PUT', '{"a":1}', 'application/json', 'en']);
  });

  it('of a HEAD stays', async () => {
    expect(await methodAfter(303, 'HEAD')).toEqual(['HEAD', '', undefined, 'en']);
  });
});

function bare(status: number): Response {
  return new Response(null, { status });
}
