import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkflowRpc } from '../../src/core/acceptance.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { limited, rich, steps } from '../fixture/workflow.ts';
import {
  ask,
  boxOf,
  commonHeaders,
  headersOf,
  problemOf,
  signed,
  type BoxOptions,
  type Sent,
} from './box.ts';

const shop = { name: 'shop', provider: 'shopify' };
const oneStep = { source: 'shop', map: () => ({ count: 1 }) };

/** Sends a genuine delivery to a box of one source. */
async function send(sent: Sent, options: BoxOptions = {}, provider = 'shopify') {
  const { ask: asking, reached } = boxOf({
    sources: [{ ...shop, provider }],
    listeners: [[steps, oneStep]],
    ...options,
  });
  const { path, init } = await signed('shop', provider, sent);
  return { response: await asking(path, init), reached };
}

/** JSON of exactly so many bytes. */
function jsonOf(bytes: number): string {
  return JSON.stringify({ id: crypto.randomUUID(), pad: '' }).replace('""', `"${'x'.repeat(bytes - 54)}"`);
}

describe('a source that is not declared', () => {
  it.each([
    'unknown',
    'SHOP',
    'shop%20',
    '%00',
    '__proto__',
    'constructor',
    'shop%2f',
    '%c0%ae',
    '%252e%252e',
    ';shop',
  ])('%s is a 404 (HT-05)', async (name) => {
    const { ask: asking, reached } = boxOf({ sources: [shop], listeners: [[steps, oneStep]] });
    const response = await asking(`/v1/hooks/${name}`, { method: 'POST', body: '{}' });

    await problemOf(response, 404, 'not-found');
    expect(reached).toEqual([]);
  });
});

describe('a method that the source does not have', () => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('%s is a 405 with Allow', async (method) => {
    const response = await ask('/v1/hooks/shopify-orders', { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('OPTIONS, POST');
    if (method !== 'HEAD') await problemOf(response, 405, 'method-not-allowed');
  });

  it('OPTIONS is a 204 with Allow and nothing for a foreign origin (HT-03)', async () => {
    const response = await ask('/v1/hooks/shopify-orders', {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });

    expect(response.status).toBe(204);
    expect(headersOf(response)).toEqual({ ...commonHeaders, allow: 'OPTIONS, POST' });
  });
});

describe('the size of a body (BD-11)', () => {
  const mib = 1_048_576;

  it('of 1 MiB is taken', async () => {
    const body = jsonOf(mib);

    expect(body).toHaveLength(mib);
    expect((await send({ body })).response.status).toBe(202);
  });

  it('of one byte more is a 413, before anything is judged', async () => {
    const { response, reached } = await send({ body: jsonOf(mib + 1) });

    expect(await problemOf(response, 413, 'body-too-large')).toMatchObject({ bytesMax: mib });
    expect(reached).toEqual([]);
  });

  it('that is streamed without a length is a 413 all the same', async () => {
    const chunk = new Uint8Array(mib / 4);
    let sent = 0;
    const body = new ReadableStream({
      type: 'bytes',
      pull(controller) {
        sent += 1;
        controller.enqueue(chunk.slice());
      },
    });

    await problemOf(await ask('/v1/hooks/shopify-orders', { method: 'POST', body }), 413, 'body-too-large');
    expect(sent).toBeLessThan(100);
  });

  it('is bounded as the source has it', async () => {
    const options = { sources: [{ ...shop, bodyBytesMax: 100 }] };
    const at = await send({ body: jsonOf(100) }, options);
    const past = await send({ body: jsonOf(101) }, options);

    expect(at.response.status).toBe(202);
    expect(await problemOf(past.response, 413, 'body-too-large')).toMatchObject({ bytesMax: 100 });
  });

  it('may not grow past a row when it is written again: 1e20 has 21 digits (BD-29)', async () => {
    const narrow = `[${'1e20,'.repeat(32_000)}1]`;
    const wide = `[${'1e20,'.repeat(32_000)}"${'x'.repeat(880_000)}"]`;
    const options: BoxOptions = { listeners: [[rich, { source: 'shop' }]] };
    const refused = await send({ body: wide }, options);

    expect((await send({ body: narrow }, options)).response.status).toBe(202);
    await problemOf(refused.response, 413, 'body-too-large');
    expect(refused.reached).toEqual([]);
  });
});

describe('a body of another kind', () => {
  it.each([
    ['text/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///fake">]><a>&b;</a>'],
    ['application/x-www-form-urlencoded', 'payload=%7B%7D'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/octet-stream', '{}'],
    ['application/json; charset=utf-16', '{}'],
  ])('%s is a 415 that says what is taken (BD-04, BD-31, BD-33)', async (type, body) => {
    const { response, reached } = await send({ headers: { 'Content-Type': type }, body });

    await problemOf(response, 415, 'media-type');
    expect(response.headers.get('Accept')).toBe('application/json');
    expect(reached).toEqual([]);
  });

  it.each(['gzip', 'gzip, gzip, br', 'deflate'])('encoded as %s is a 415 (BD-08, BD-09)', async (coding) => {
    const { response } = await send({ headers: { 'Content-Encoding': coding }, body: '{}' });

    await problemOf(response, 415, 'content-coding');
    expect(response.headers.get('Accept-Encoding')).toBe('identity');
  });
});

describe('a genuine body that says nothing', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['two values', '{}{}'],
    ['a value and more (BD-34)', '{} x'],
    ['lines (BD-34)', '{}\n{}'],
    ['a byte-order mark (BD-03)', '\uFEFF{}'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['65 levels', deep(65)],
    ['100 000 levels', deep(100_000)],
    ['100 000 members (BD-23)', JSON.stringify(Array.from({ length: 100_000 }, (_, at) => at))],
  ])('%s is a 400', async (_, body) => {
    const { response, reached } = await send({ body });

    await problemOf(response, 400, 'body-unreadable');
    expect(reached).toEqual([]);
  });

  it('64 levels are taken', async () => {
    expect((await send({ body: deep(64) })).response.status).toBe(202);
  });

  it.each([
    ['a NUL (BD-28)', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['513 bytes (WH-27)', 'x'.repeat(513)],
  ])('an id with %s is a 400', async (_, id) => {
    const { response, reached } = await send({ body: JSON.stringify({ id, type: 'made' }) }, {}, 'generic');

    await problemOf(response, 400, 'body-unreadable');
    expect(reached).toEqual([]);
  });

  it.each(['then', 'toJSON', 'valueOf', '__proto__', 'constructor', 'hasOwnProperty'])(
    'a member named %s is data (BD-21)',
    async (name) => {
      const body = `{"id":"${crypto.randomUUID()}","${name}":"x"}`;
      const data: string[] = [];
      const { response } = await send(
        { body },
        {
          listeners: [[rich, { source: 'shop' }]],
          before: (object) => ({
            accept: (request) => {
              data.push(request.data);
              return object.accept(request);
            },
          }),
        },
      );

      expect(response.status).toBe(202);
      expect(data).toEqual([body]);
    },
  );
});

describe('past a limit', () => {
  // What is left of the window is told in whole seconds: none may pass between two requests.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('of the source is a 429 that says when to come back (RL-02)', async () => {
    const rate = { limit: 1, windowSeconds: 60 };
    const name = `rated-${crypto.randomUUID().slice(0, 8)}`;
    const { ask: asking } = boxOf({
      sources: [{ ...shop, name, rate }],
      listeners: [[steps, { ...oneStep, source: name }]],
    });
    const sendOne = async (id: string) => {
      const { path, init } = await signed(name, 'shopify', { body: JSON.stringify({ id }) });
      return asking(path, init);
    };
    const first = await sendOne('1');
    const second = await sendOne('2');

    expect(first.status).toBe(202);
    expect(first.headers.get('RateLimit')).toBe(`"source:${name}";r=0;t=60`);
    await problemOf(second, 429, 'rate-limited');
    expect(second.headers.get('Retry-After')).toBe('60');
    expect(second.headers.get('RateLimit')).toBe(`"source:${name}";r=0;t=60`);
    expect(second.headers.get('RateLimit-Policy')).toBe(`"source:${name}";q=1;w=60`);
  });

  it('of one workflow is a 429 for all; the others have accepted it, and the resend finds them', async () => {
    const options: BoxOptions = {
      listeners: [
        [steps, oneStep],
        [limited, { source: 'shop' }],
      ],
    };
    // The workflow accepts two a minute.
    for (let at = 0; at < 2; at += 1) await send({ body: jsonOf(100) }, options);
    const body = jsonOf(100);
    const { response } = await send({ body }, options);
    const resent = await send({ body }, { listeners: [[steps, oneStep]] });

    await problemOf(response, 429, 'rate-limited');
    expect(response.headers.get('RateLimit')).toMatch(/^"workflow";r=0;t=\d+$/);
    expect(deliveryAcceptedSchema.parse(await resent.response.json()).duplicate).toBe(true);
  });
});

describe('an object that can not be asked', () => {
  /** Fails for one workflow as an object does that is restarted in the middle of a request. */
  const failing =
    (broken: string) =>
    (object: WorkflowRpc, workflow: string): Partial<WorkflowRpc> => ({
      accept: async (request) => {
        if (workflow === broken) throw new Error('Durable Object reset: fake-shop-secret-0123');
        return object.accept(request);
      },
    });

  it('makes it a 503 with Retry-After; what others accepted stays, and the resend is complete', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const body = jsonOf(100);
    const listeners: BoxOptions['listeners'] = [
      [steps, oneStep],
      [rich, { source: 'shop' }],
    ];
    const { response } = await send({ body }, { listeners, before: failing('rich') });
    const resent = await send({ body }, { listeners });
    const { executions, duplicate } = deliveryAcceptedSchema.parse(await resent.response.json());

    await problemOf(response, 503, 'unavailable');
    expect(response.headers.get('Retry-After')).toBe('5');
    expect(executions.map(({ workflow }) => workflow)).toEqual(['steps', 'rich']);
    expect(duplicate).toBeUndefined();
    expect(log).toHaveBeenCalledOnce();
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({
      level: 'error',
      what: 'accept-failed',
      requestId: response.headers.get('X-Request-Id'),
      message: 'Durable Object reset: [secret]',
    });
    log.mockRestore();
  });

  it('because it does not know the workflow yet makes it a 503 too', async () => {
    const stranger = { ...steps, name: 'not-deployed-yet' };
    const { response } = await send({ body: '{}' }, { listeners: [[stranger, { source: 'shop' }]] });

    await problemOf(response, 503, 'unavailable');
    expect(response.headers.get('Retry-After')).toBe('5');
  });
});

it.each(['when', 'map'] as const)(
  'a trigger whose `%s` throws is a 500, and nothing is accepted',
  async (name) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const bug = () => {
      throw new TypeError('fake bug of the author');
    };
    const { response, reached } = await send(
      { body: '{}' },
      { listeners: [[steps, { source: 'shop', [name]: bug }]] },
    );
    const problem = await problemOf(response, 500, 'internal');

    expect(JSON.stringify(problem)).not.toContain('fake bug');
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({
      what: 'request-failed',
      path: '/v1/hooks/shop',
      message: 'fake bug of the author',
    });
    expect(reached).toEqual([]);
    log.mockRestore();
  },
);

describe('a box that can not work says so at start', () => {
  it.each([
    [{ ...shop, provider: 'nobody' }, /provider of source 'shop' must be one of the catalogue: .*'nobody'/],
    [{ ...shop, options: {} }, /source 'shop' must have no options/],
    [{ ...shop, provider: 'generic', options: { header: 'no header' } }, /options of source 'shop' must fit/],
  ])('%j', (source, message) => {
    expect(() => boxOf({ sources: [source] })).toThrow(message);
  });

  it('a rate that can not be split over the shards of a listening workflow', () => {
    const sharded = { ...steps, limits: { ...steps.limits, shards: 4 } };
    const rate = { limit: 3, windowSeconds: 60 };

    expect(() => boxOf({ sources: [{ ...shop, rate }], listeners: [[sharded, oneStep]] })).toThrow(
      /source 'shop' and workflow 'steps': Cannot split rate limit/,
    );
  });
});
