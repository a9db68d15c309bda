// Access tokens by client credentials: fetched once, kept for a clamped while, fetched anew when refused, and never shown.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import {
  type HttpRequest,
  type OAuthClientCredentials,
  secret,
} from '../../../src/engine/outbound/request.ts';
import { encodeBase64 } from '../../../src/engine/outbound/redact.ts';
import { isRefused, portsOf, secrets, sent, settle, type SeenRequest } from './port.ts';

const tokenUrl = 'https://login.example.com/oauth/token';
const api = 'https://api.example.com/orders';
const auth = {
  tokenUrl,
  clientId: 'client-1',
  clientSecret: secret('CLIENT'),
} satisfies OAuthClientCredentials;
const request = { url: api, auth } satisfies HttpRequest;

/** A network with a token endpoint, which numbers its tokens, and an API. */
function network(
  grant: (count: number) => Response | Promise<Response> = (count) => granted(count, { expires_in: 3_600 }),
  answer: (request: Request) => Response | Promise<Response> = () => Response.json({ ok: true }),
) {
  let grants = 0;
  const made = portsOf((seen) => {
    if (!seen.url.startsWith(tokenUrl)) return answer(seen);
    grants += 1;
    return grant(grants);
  });
  const to = (url: string) => made.requests.filter((seen) => seen.url === url);
  return { ...made, tokenRequests: () => to(tokenUrl), apiRequests: () => to(api) };
}

function granted(count: number, more: object = {}): Response {
  return Response.json({ access_token: `fake-access-token-${count}`, token_type: 'Bearer', ...more });
}

function tokensOf(requests: readonly SeenRequest[]): (string | undefined)[] {
  return requests.map(({ headers }) => headers['authorization']);
}

describe('a token', () => {
  it('is asked for with the client’s credentials in the header, and sent as a bearer', async () => {
    const { ports, tokenRequests, apiRequests } = network();
    expect(
      await sent({ ...request, auth: { ...auth, scope: 'a b', audience: 'https://api' } }, ports),
    ).toMatchObject({
      ok: true,
      value: { body: { ok: true } },
    });
    expect(tokenRequests()).toEqual([
      {
        method: 'POST',
        url: tokenUrl,
        headers: {
          accept: 'application/json',
          authorization: `Basic ${encodeBase64(`client-1:${secrets.CLIENT}`)}`,
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'Signalbox',
        },
        body: 'grant_type=client_credentials&scope=a+b&audience=https%3A%2F%2Fapi',
      },
    ]);
    expect(tokensOf(apiRequests())).toEqual(['Bearer fake-access-token-1']);
  });

  it('is asked for with the credentials in the body where the server wants them there', async () => {
    const { ports, tokenRequests } = network();
    const clientId = secret('OTHER');
    await sent({ ...request, auth: { ...auth, clientId, style: 'post' } }, ports);
    expect(tokenRequests()[0]).toMatchObject({
      body: `grant_type=client_credentials&client_id=${secrets.OTHER}&client_secret=${secrets.CLIENT}`,
    });
    expect(tokenRequests()[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is asked for with credentials that are encoded before they are joined (RFC 6749 section 2.3.1)', async () => {
    const { ports, tokenRequests } = network();
    await sent({ ...request, auth: { ...auth, clientId: 'a:b c', clientSecret: secret('TOKEN') } }, ports);
    expect(tokensOf(tokenRequests())).toEqual([
      `Basic ${encodeBase64('a%3Ab+c:fake-token-%2B%2F%3D%3F%26')}`,
    ]);
  });

  it('is fetched once for requests that follow each other, and once for those that come together', async () => {
    const { ports, tokenRequests, apiRequests } = network();
    await Promise.all([sent(request, ports), sent(request, ports), sent(request, ports)]);
    await sent(request, ports);
    expect([tokenRequests().length, apiRequests().length]).toEqual([1, 4]);
  });

  it('is another’s for another scope, and for another object', async () => {
    const { ports, tokenRequests, apiRequests } = network();
    await sent(request, ports);
    await sent({ ...request, auth: { ...auth, scope: 'admin' } }, ports);
    await sent(request, { ...ports });
    expect(tokenRequests()).toHaveLength(3);
    expect(new Set(tokensOf(apiRequests())).size).toBe(3);
  });

  it('is not given to a workflow that does not declare the client’s secret', async () => {
    const { ports, apiRequests } = network();
    await sent(request, ports);
    expect(isRefused(await sent(request, ports, { secrets: ['OTHER'] }), 'secret-missing')).toBe(true);
    expect(apiRequests()).toHaveLength(1);
  });

  it('stays when the request that fetched it is given up', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { ports, tokenRequests, apiRequests } = network(() => promise);
    const controller = new AbortController();
    const first = sent(request, ports, { signal: controller.signal });
    const second = sent(request, ports);
    await settle();
    controller.abort();
    expect(await first).toMatchObject({ error: { code: 'aborted' } });
    resolve(granted(1));
    expect(await second).toMatchObject({ ok: true });
    expect([tokenRequests().length, apiRequests().length]).toEqual([1, 1]);
  });

  it('of too many scopes is forgotten, the oldest first', async () => {
    const { ports, tokenRequests } = network();
    const scoped = (at: number) => sent({ ...request, auth: { ...auth, scope: `s${at}` } }, ports);
    for (let at = 0; at <= limit.tokensMax; at += 1) await scoped(at);
    await scoped(limit.tokensMax);
    expect(tokenRequests()).toHaveLength(limit.tokensMax + 1);
    await scoped(0);
    expect(tokenRequests()).toHaveLength(limit.tokensMax + 2);
  });
});

describe('DN-14: the life of a token', () => {
  /** For how long the first token is used, in seconds, of those tried. */
  async function usedFor(expiresIn: unknown, seconds: readonly number[]): Promise<number[]> {
    const used: number[] = [];
    for (const second of seconds) {
      const { ports, pass, tokenRequests } = network((count) => granted(count, { expires_in: expiresIn }));
      await sent(request, ports);
      pass(second * 1_000);
      await sent(request, ports);
      if (tokenRequests().length === 1) used.push(second);
    }
    return used;
  }

  it('ends 30 seconds early, or a tenth of it', async () => {
    expect(await usedFor(3_600, [0, 3_569, 3_570])).toEqual([0, 3_569]);
    expect(await usedFor(100, [89, 90])).toEqual([89]);
  });

  it('is read from a text, too', async () => {
    expect(await usedFor('3600', [3_569, 3_570])).toEqual([3_569]);
  });

  it.each([-1, 0, '-1', -1e12])('of %j seconds is taken for 30', async (expiresIn) => {
    expect(await usedFor(expiresIn, [26, 27])).toEqual([26]);
  });

  it.each([1e12, '1e400', 1e300])('of %j seconds is taken for an hour', async (expiresIn) => {
    expect(await usedFor(expiresIn, [3_569, 3_570])).toEqual([3_569]);
  });

  it.each([undefined, null, 'soon', '', {}, true])('of %j is taken for 5 minutes', async (expiresIn) => {
    expect(await usedFor(expiresIn, [269, 270])).toEqual([269]);
  });
});

describe('a token that is refused', () => {
  it('is fetched anew, and the request made again, once', async () => {
    const { ports, tokenRequests, apiRequests } = network(undefined, ({ headers }) =>
      headers.get('authorization') === 'Bearer fake-access-token-1'
        ? new Response(null, { status: 401 })
        : Response.json({}),
    );
    expect(await sent({ ...request, body: { a: 1 } }, ports)).toMatchObject({ ok: true });
    expect(tokensOf(apiRequests())).toEqual(['Bearer fake-access-token-1', 'Bearer fake-access-token-2']);
    expect(apiRequests().map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
    await sent(request, ports);
    expect(tokenRequests()).toHaveLength(2);
  });

  it('for ever is a failure for good', async () => {
    const { ports, tokenRequests, apiRequests } = network(
      undefined,
      () => new Response(null, { status: 401 }),
    );
    const outcome = await sent(request, ports);
    expect(isRefused(outcome, 'http-status')).toBe(true);
    expect(outcome).toMatchObject({ error: { httpStatus: 401 } });
    expect([tokenRequests().length, apiRequests().length]).toEqual([2, 2]);
  });

  it('by many requests at once is fetched anew once', async () => {
    const { ports, tokenRequests } = network(undefined, ({ headers }) =>
      headers.get('authorization') === 'Bearer fake-access-token-1'
        ? new Response(null, { status: 401 })
        : Response.json({}),
    );
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => sent(request, ports)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(tokenRequests()).toHaveLength(2);
  });

  it('is no reason for another where a 401 is expected', async () => {
    const { ports, tokenRequests } = network(undefined, () => new Response(null, { status: 401 }));
    expect(await sent({ ...request, expect: [401] }, ports)).toMatchObject({ ok: true });
    expect(tokenRequests()).toHaveLength(1);
  });
});

describe('a token endpoint', () => {
  it.each([400, 401, 403, 404, 302])('that answers %i fails the request for good', async (status) => {
    const { ports, apiRequests } = network(() => Response.json({ error: 'invalid_client' }, { status }));
    const outcome = await sent(request, ports);
    expect(isRefused(outcome, 'oauth')).toBe(true);
    expect(outcome).toMatchObject({
      error: {
        httpStatus: status,
        message: `The token endpoint of login.example.com answered ${status}: invalid_client`,
      },
    });
    expect(apiRequests()).toEqual([]);
  });

  it.each([429, 500, 503])('that answers %i may be asked again', async (status) => {
    const headers = { 'retry-after': '12' };
    const { ports, tokenRequests } = network(() => new Response('<html>', { status, headers }));
    expect(await sent(request, ports)).toMatchObject({
      error: { code: 'oauth', retryable: true },
      retryAfterMs: 12_000,
    });
    await sent(request, ports);
    expect(tokenRequests()).toHaveLength(2);
  });

  it('that can not be reached may be asked again', async () => {
    const { ports } = network(() => Promise.reject(new Error('connection refused')));
    expect(await sent(request, ports)).toMatchObject({
      error: {
        code: 'network',
        retryable: true,
        message: 'login.example.com could not be reached: connection refused',
      },
    });
  });

  it('that never answers is given up, and its slot is free', async () => {
    const { ports, pass, slotsHeld } = network(() => new Promise<never>(() => {}));
    const waiting = sent(request, ports);
    await settle();
    pass(30_000);
    expect(await waiting).toMatchObject({ error: { code: 'timeout', retryable: true } });
    expect(slotsHeld()).toBe(0);
  });

  it.each([
    ['no token', { token_type: 'bearer' }],
    ['an empty one', { access_token: '', token_type: 'bearer' }],
    ['one with a line break', { access_token: 'a\r\nX: y', token_type: 'bearer' }],
    ['one that is too long', { access_token: 'a'.repeat(limit.tokenLengthMax + 1), token_type: 'bearer' }],
    ['one of another type', { access_token: 'a', token_type: 'mac' }],
    ['no type', { access_token: 'a' }],
    ['null', null],
  ])('that gives %s fails the request for good', async (_what, answer) => {
    const { ports, apiRequests } = network(() => Response.json(answer));
    const outcome = await sent(request, ports);
    expect(isRefused(outcome, 'oauth')).toBe(true);
    expect(apiRequests()).toEqual([]);
  });

  it('may give a token as long as the limit', async () => {
    const answer = { access_token: 'a'.repeat(limit.tokenLengthMax), token_type: 'bearer' };
    const { ports } = network(() => Response.json(answer));
    expect(await sent(request, ports)).toMatchObject({ ok: true });
  });

  it('may answer with as many bytes as the limit, and no more', async () => {
    const outcomeOf = async (bytes: number) => {
      const grant = JSON.stringify({ access_token: 'a', token_type: 'bearer' }).padEnd(bytes, ' ');
      return sent(request, network(() => new Response(grant)).ports);
    };
    expect(await outcomeOf(limit.tokenAnswerBytesMax)).toMatchObject({ ok: true });
    expect(isRefused(await outcomeOf(limit.tokenAnswerBytesMax + 1), 'oauth')).toBe(true);
  });

  it('is quoted where its error is short enough for a code', async () => {
    const messageOf = async (length: number) => {
      const error = 'e'.repeat(length);
      const outcome = await sent(request, network(() => Response.json({ error }, { status: 400 })).ports);
      return outcome.ok ? undefined : outcome.error.message;
    };
    const { tokenErrorLengthMax: max } = limit;
    const answered = 'The token endpoint of login.example.com answered 400';
    expect(await messageOf(max)).toBe(`${answered}: ${'e'.repeat(max)}`);
    expect(await messageOf(max + 1)).toBe(answered);
  });

  it('that answers without end is cut off', async () => {
    const endless = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(16_384));
      },
    });
    const { ports } = network(() => new Response(endless));
    expect(isRefused(await sent(request, ports), 'oauth')).toBe(true);
  });

  it.each(['http://login.example.com/', 'https://127.0.0.1/token'])('may not be at %s', async (at) => {
    const { ports, requests } = network();
    const outcome = await sent({ ...request, auth: { ...auth, tokenUrl: at } }, ports);
    expect(isRefused(outcome, 'blocked-url')).toBe(true);
    expect(requests).toEqual([]);
  });
});

describe('what is secret of it', () => {
  it('is not shown where the API echoes the token', async () => {
    const { ports } = network(undefined, ({ headers }) =>
      Response.json({ got: headers.get('authorization') }),
    );
    expect(await sent(request, ports)).toMatchObject({ value: { body: { got: 'Bearer [secret]' } } });
  });

  it('is not shown where the token endpoint echoes the credentials', async () => {
    // Not a multiple of three characters before the secret, so that its own base64 is no part of this.
    const clientId = 'client-12';
    const basic = encodeBase64(`${clientId}:${secrets.CLIENT}`);
    for (const error of [secrets.CLIENT, basic, `bad ${basic}`]) {
      const { ports } = network(() => Response.json({ error }, { status: 400 }));
      const shown = JSON.stringify(await sent({ ...request, auth: { ...auth, clientId } }, ports));
      expect(shown).toContain('answered 400: ');
      expect(shown).not.toContain(secrets.CLIENT);
      expect(shown).not.toContain(basic.slice(0, 16));
    }
  });

  it('does not go along to another origin', async () => {
    const { ports, requests } = network(undefined, ({ url }) =>
      url === api
        ? new Response(null, { status: 307, headers: { location: 'https://evil.example.com/' } })
        : Response.json({}),
    );
    await sent({ ...request, redirect: 'follow' }, ports);
    expect(requests.at(-1)?.url).toBe('https://evil.example.com/');
    expect(requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('may not stand beside an Authorization of the author’s', async () => {
    const { ports, requests } = network();
    const outcome = await sent({ ...request, headers: { Authorization: 'Basic x' } }, ports);
    expect(isRefused(outcome, 'request-invalid')).toBe(true);
    expect(requests).toEqual([]);
  });
});
