// Every route against every trick with its method, its headers and its caller: the tables here have all the routes that there are.
import { describe, expect, it, vi } from 'vitest';
import { start, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { sleeper, steps } from '../fixture/workflow.ts';
import { boxOf, commonHeaders, headersOf, problemOf, rootKey, type BoxOptions } from './box.ts';

const serial = '1'.repeat(11);
const delivery = '01a1fd81-ac79-75e7-9348-2ed801bfa0d9';

/** The routes of the management API, with the methods that they have. */
const guarded: readonly (readonly [path: string, ...methods: string[]])[] = [
  [`/v1/executions/steps.0.${serial}`, 'GET', 'PATCH'],
  [`/v1/executions/steps.0.${serial}/events`, 'POST'],
  [`/v1/executions/steps.0.${serial}/redrives`, 'POST'],
  ['/v1/workflows/steps', 'GET'],
  ['/v1/workflows/steps/executions', 'GET', 'POST'],
  ['/v1/sources', 'GET'],
  ['/v1/sources/shop', 'GET'],
  ['/v1/sources/shop/secrets/handshake', 'DELETE'],
  ['/v1/sources/shop/deliveries', 'GET'],
  [`/v1/sources/shop/deliveries/${delivery}`, 'GET'],
  [`/v1/sources/shop/deliveries/${delivery}/replays`, 'POST'],
  ['/v1/sources/shop/replays', 'POST'],
];

/** The others: open to everyone, or to who has a secret of another kind. */
const open: typeof guarded = [
  ['/healthz', 'GET'],
  ['/v1/hooks/shop', 'POST'],
  ['/v1/approvals/ZmFrZQ.dG9rZW4', 'GET', 'POST'],
];

const routes = [...guarded, ...open];

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'MKCOL', 'PURGE', 'SEARCH'];

function makeBox(options: BoxOptions = {}) {
  return boxOf({
    sources: [{ name: 'shop', provider: 'github' }],
    listeners: [[steps, { source: 'shop' }], [sleeper]],
    ...options,
  });
}

/** All that an answer is, but for what is another one in each. */
async function whole(response: Response): Promise<string> {
  const text = (await response.text()).replaceAll(/"requestId":"[^"]*"|"instance":"[^"]*"/g, '-');
  return JSON.stringify([response.status, Object.entries(headersOf(response)), text]);
}

const withBody = (method: string, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json', ...headers },
  ...(['GET', 'HEAD'].includes(method) ? {} : { body: '{}' }),
});

describe('who has no key', () => {
  it.each(guarded)('gets one and the same 401 at %s, and reaches nothing', async (path, ...own) => {
    const { ask, reached, asked } = makeBox();
    const answers = await Promise.all(own.map(async (method) => whole(await ask(path, withBody(method)))));
    const broken = await ask(path, { ...withBody(own[0] ?? ''), headers: { 'Content-Encoding': 'gzip' } });

    expect(new Set([...answers, await whole(broken)]).size).toBe(1);
    expect(answers[0]).toMatch(/^\[401,.*"Bearer realm=\\"signalbox\\""/);
    expect([...reached, ...asked]).toEqual([]);
  });

  it('can not tell what there is from what there is not', async () => {
    const { ask } = makeBox();
    const paths = ['/v1/sources/shop', '/v1/sources/none', '/v1/workflows/steps', '/v1/workflows/none'];
    const answers = await Promise.all(paths.map(async (path) => whole(await ask(path))));

    expect(new Set(answers).size).toBe(1);
  });
});

it.each(routes)(
  '%s has no other methods than its own: a 405 that lists them (HT-07)',
  async (path, ...own) => {
    const { api, reached, asked } = makeBox();
    const has = new Set([...own, ...(own.includes('GET') ? ['HEAD'] : [])]);
    const allow = [...has, 'OPTIONS'].toSorted().join(', ');
    for (const method of methods.filter((one) => !has.has(one))) {
      const response = await api(path, withBody(method));

      expect([method, response.status, response.headers.get('Allow')]).toEqual([method, 405, allow]);
    }
    expect([...reached, ...asked]).toEqual([]);
  },
);

it.each(routes)('%s tells a foreign origin its methods and nothing else (HT-03)', async (path) => {
  for (const origin of ['https://evil.example', 'null', '*']) {
    const { ask, reached } = makeBox();
    const response = await ask(path, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'DELETE',
        'Access-Control-Request-Headers': 'authorization',
        'Access-Control-Request-Private-Network': 'true',
      },
    });

    expect(response.status).toBe(204);
    const { allow, ...rest } = headersOf(response);
    expect(allow).toContain('OPTIONS');
    expect(rest).toEqual(commonHeaders);
    expect(reached).toEqual([]);
  }
});

it.each(routes)(
  '%s is the same whatever method another header or the query names (HT-07)',
  async (path, own = '') => {
    const { api } = makeBox();
    const plain = await whole(await api(path, withBody(own)));
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      expect(await whole(await api(path, withBody(own, { [name]: 'DELETE' })))).toBe(plain);
    }
    // A list wants to know each of its parameters.
    const named = await whole(await api(`${path}?_method=DELETE`, withBody(own)));
    expect(named === plain || named.startsWith('[400,')).toBe(true);
  },
);

it.each(routes.filter((route) => route.includes('GET')))(
  '%s by HEAD is GET without a body (HT-02)',
  async (path) => {
    const { api } = makeBox();
    const headers = { 'X-Request-Id': 'fake-request' };
    const get = await api(path, { headers });
    const head = await api(path, { method: 'HEAD', headers });

    expect(head.status).toBe(get.status);
    expect(headersOf(head)).toEqual(headersOf(get));
    expect(await head.text()).toBe('');
  },
);

it.each(routes)(
  '%s answers with headers that let a browser do nothing with it (HT-25)',
  async (path, ...own) => {
    const { api, ask } = makeBox();
    for (const method of own) {
      for (const response of [await api(path, withBody(method)), await ask(path, withBody(method))]) {
        const { 'cache-control': cache = '', ...rest } = headersOf(response);
        const { 'cache-control': _, ...common } = commonHeaders;

        expect(rest).toMatchObject(common);
        expect(cache).toMatch(/^(?:private, )?no-(?:store|cache)$/);
        expect(response.headers.has('Set-Cookie')).toBe(false);
      }
    }
  },
);

describe('where an object fails', () => {
  const fault = `fake fault: SQLITE_ERROR near "select" of ${rootKey}`;
  const fail = () => {
    throw new Error(fault);
  };

  it.each([
    ['GET', `/v1/executions/steps.0.${serial}`, ''],
    ['PATCH', `/v1/executions/steps.0.${serial}`, '{"status":"running"}'],
    ['POST', `/v1/executions/steps.0.${serial}/events`, '{"type":"paid"}'],
    ['POST', `/v1/executions/steps.0.${serial}/redrives`, '{}'],
    ['GET', '/v1/workflows/steps/executions', ''],
    ['POST', '/v1/workflows/steps/executions', '{"count":0}'],
    ['GET', '/v1/sources/shop', ''],
    ['DELETE', '/v1/sources/shop/secrets/handshake', ''],
    ['GET', '/v1/sources/shop/deliveries', ''],
    ['GET', `/v1/sources/shop/deliveries/${delivery}`, ''],
    ['POST', `/v1/sources/shop/deliveries/${delivery}/replays`, '{}'],
    [
      'POST',
      '/v1/sources/shop/replays',
      '{"since":"2026-11-20T00:00:00Z","until":"2026-11-20T01:00:00Z","dryRun":true}',
    ],
  ])('%s %s is a fault of ours that says nothing of itself (HT-27)', async (method, path, body) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { api } = makeBox({ before: fail, sourceObject: fail });
    const response = await api(path, { ...withBody(method), ...(body === '' ? {} : { body }) });
    const text = JSON.stringify(
      await problemOf(response, response.status, response.status === 503 ? 'unavailable' : 'internal'),
    );

    expect([500, 503]).toContain(response.status);
    expect(text).not.toMatch(/fake fault|SQLITE|\.ts:|at async/);
    expect(JSON.stringify(log.mock.calls)).toContain('fake fault');
    expect(JSON.stringify(log.mock.calls)).not.toContain(rootKey);
    log.mockRestore();
  });
});

describe('what a caller may change of an execution', () => {
  const patch = (body: object, headers: Record<string, string> = {}): RequestInit => ({
    ...withBody('PATCH', headers),
    body: JSON.stringify(body),
  });

  it.each([
    '{"status":"completed"}',
    '{"status":"suspended","id":"x"}',
    '{"status":"running","tenantId":"b","createdBy":"root"}',
    '{"status":"cancelled","output":"mine"}',
    '{"status":"cancelled","__proto__":{"output":"mine"}}',
    '{"status":"cancelled","constructor":1}',
    '{"output":"mine"}',
    '[]',
  ])('is its status and nothing else: %s is a 422 (AZ-04)', async (body) => {
    const { api } = makeBox();
    const id = await start('sleeper', { for: '1 day' });
    const before = (await untilStatus(id, 'waiting')).status;

    await problemOf(await api(`/v1/executions/${id}`, { ...patch({}), body }), 422, 'input-invalid');
    expect((await untilStatus(id, 'waiting')).status).toBe(before);
  });

  it.each(['suspended', 'running', 'cancelled'])(
    'is nothing once it is completed: %s is a 409, and it stays as it is (AZ-14)',
    async (status) => {
      const { api } = makeBox();
      const id = await start('steps', { count: 1 });
      const done = await untilFinal(id);

      await problemOf(await api(`/v1/executions/${id}`, patch({ status })), 409, 'conflict');
      expect(await untilFinal(id)).toEqual(done);
    },
  );

  it('is what it has seen, where it says so: a stale If-Match is a 412, and nothing is changed (HT-18)', async () => {
    const { api } = makeBox();
    const id = await start('sleeper', { for: '1 day' });
    await untilStatus(id, 'waiting');
    const path = `/v1/executions/${id}`;
    const etag = (await api(path)).headers.get('ETag') ?? '';
    for (const stale of ['"old"', `W/${etag}`, 'old', '']) {
      const response = await api(path, patch({ status: 'cancelled' }, { 'If-Match': stale }));

      await problemOf(response, 412, 'precondition-failed');
    }
    expect((await api(path)).headers.get('ETag')).toBe(etag);
    expect((await api(path, patch({ status: 'suspended' }, { 'If-Match': `"x", ${etag}` }))).status).toBe(
      200,
    );
    await problemOf(
      await api(path, patch({ status: 'running' }, { 'If-Match': etag })),
      412,
      'precondition-failed',
    );
    expect((await api(path, patch({ status: 'running' }, { 'If-Match': '*' }))).status).toBe(200);
  });
});
