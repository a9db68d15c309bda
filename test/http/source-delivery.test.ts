// The log of deliveries over the wire: pages, one delivery, and who may see it.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { limit } from '../../src/core/limit.ts';
import { sourceDetailSchema, sourceListSchema } from '../../src/http/routes/source.ts';
import { deliveryDetailSchema, deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { steps } from '../fixture/workflow.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { boxOf, problemOf, signed, type Ask, type Sent } from './box.ts';

const secret = 'fake-shop-secret-0123';
const other = 'fake-other-secret-0123';
const start = Date.UTC(2026, 10, 21, 9);

// The clock of the box and of its objects: the log finds an execution by its delivery's time.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(start);
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** A box with sources of which one has the other secret. */
function makeBox() {
  const box = boxOf({
    sources: [
      { name: 'shop', provider: 'github' },
      { name: 'other', provider: 'github', secrets: ['OTHER_SECRET'] },
      { name: 'chat', provider: 'slack' },
    ],
    listeners: [[steps, { source: 'shop', types: ['com.github.push'], map: () => ({ count: 0 }) }]],
  });
  const send = async (sent: Sent, key: string = secret) => {
    const { path, init } = await signed('shop', 'github', sent, key);
    const response = await box.ask(path, init);
    await box.settled();
    vi.setSystemTime(Date.now() + 1_000);
    return response;
  };
  const push = async (id: number) => {
    const response = await send({ headers: { 'X-GitHub-Event': 'push' }, body: `{ "id": ${id} }` });
    return deliveryAcceptedSchema.parse(await response.json());
  };
  return { ...box, send, push };
}

async function list(api: Ask, query = '') {
  const response = await api(`/v1/sources/shop/deliveries${query}`);
  expect(response.status).toBe(200);
  const { deliveries } = deliveryListSchema.parse(await response.json());
  return { deliveries, next: /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1] };
}

async function detail(api: Ask, id: string, source = 'shop') {
  const response = await api(`/v1/sources/${source}/deliveries/${id}`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const shown: z.infer<typeof deliveryDetailSchema> = deliveryDetailSchema.parse(JSON.parse(text));
  return { ...shown, text };
}

describe('a list', () => {
  it('has accepted and other deliveries in one order, newest first', async () => {
    const { api, push, send } = makeBox();
    const first = await push(1);
    await send({ headers: { 'X-GitHub-Event': 'push' }, body: '{ "id": 2 }' }, other);
    await send({ headers: { 'X-GitHub-Event': 'star' }, body: '{ "id": 3 }' });
    await push(1);
    const last = await push(4);
    const { deliveries, next } = await list(api);

    expect(deliveries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['accepted', undefined],
      ['duplicate', undefined],
      ['filtered', undefined],
      ['rejected', 'no-match'],
      ['accepted', undefined],
    ]);
    expect(next).toBeUndefined();
    expect(deliveries[0]).toMatchObject({
      id: last.delivery,
      verdict: 'verified',
      key: 'SHOP_SECRET',
      events: [last.event],
      executions: [{ id: last.executions[0]?.id, workflow: 'steps' }],
    });
    expect(deliveries[1]?.executions.map(({ id }) => id)).toEqual(first.executions.map(({ id }) => id));
    expect(deliveries[4]?.receivedAt).toBe(new Date(start).toISOString());
  });

  it('comes in pages that together are the whole, each delivery once', async () => {
    const { api, push, send } = makeBox();
    const ids: string[] = [];
    for (let id = 0; id < 4; id += 1) {
      ids.push((await push(id)).delivery);
      await send({ headers: { 'X-GitHub-Event': 'star' }, body: `{ "id": 1${id} }` });
    }
    const seen: string[] = [];
    for (let path: string | undefined = '?limit=3'; path !== undefined;) {
      const page: Awaited<ReturnType<typeof list>> = await list(api, path.slice(path.indexOf('?')));
      expect(page.deliveries.length).toBeLessThanOrEqual(3);
      seen.push(...page.deliveries.map(({ id }) => id));
      path = page.next;
    }
    expect(seen).toHaveLength(8);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(ids.every((id) => seen.includes(id))).toBe(true);
  });

  it('is of one outcome, or of a time, where it is asked so', async () => {
    const { api, push, send } = makeBox();
    await push(1);
    await send({ body: '{ "id": 2 }' }, other);
    await push(3);
    const outcomes = async (query: string) =>
      (await list(api, query)).deliveries.map(({ outcome }) => outcome);

    expect(await outcomes('?outcome=accepted')).toEqual(['accepted', 'accepted']);
    expect(await outcomes('?outcome=rejected')).toEqual(['rejected']);
    expect(await outcomes(`?since=${new Date(start + 1_000).toISOString()}`)).toEqual([
      'accepted',
      'rejected',
    ]);
    expect(await outcomes(`?until=${new Date(start + 1_000).toISOString()}`)).toEqual(['accepted']);
  });

  it.each(['outcome=lost', 'limit=0', 'limit=101', 'cursor=x', 'since=yesterday', 'stats=1'])(
    'refuses ?%s',
    async (query) => {
      const { api } = makeBox();
      expect(
        await problemOf(await api(`/v1/sources/shop/deliveries?${query}`), 400, 'parameter-invalid'),
      ).toMatchObject({ status: 400 });
    },
  );
});

describe('one delivery', () => {
  it('that was accepted: its request, raw body, verdict and executions', async () => {
    const { api, push } = makeBox();
    const { delivery, executions } = await push(1);
    expect(await detail(api, delivery)).toMatchObject({
      outcome: 'accepted',
      verdict: 'verified',
      key: 'SHOP_SECRET',
      executions: executions.map(({ id }) => ({ id })),
      request: { method: 'POST', headers: { 'x-github-event': 'push' } },
      body: { kept: true, length: 11, text: '{ "id": 1 }' },
    });
  });

  it('whose body is no UTF-8 is shown in base64', async () => {
    const { api, send } = makeBox();
    await send({ body: Uint8Array.of(0xff, 0x00) }, other);
    const [listed] = (await list(api)).deliveries;
    expect((await detail(api, listed?.id ?? '')).body).toEqual({ kept: true, length: 2, base64: '/wA=' });
  });

  it('shows no signature, given or expected, and no secret', async () => {
    const { api, send, push } = makeBox();
    const body = '{ "id": 2 }';
    await send({ headers: { 'X-Note': secret }, body }, other);
    const { delivery } = await push(3);
    const [, rejected] = (await list(api)).deliveries;
    const { text, request } = await detail(api, rejected?.id ?? '');
    expect(request.headers['x-hub-signature-256']).toBe('[signature]');
    for (const key of [secret, other]) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(hex(await hmacSha256(key, body)));
    }
    const accepted = await detail(api, delivery);
    expect(accepted.text).not.toContain(hex(await hmacSha256(secret, '{ "id": 3 }')));
  });

  it.each(['01a1fd81-ac79-75e7-9348-2ed801bfa0d9', 'x', '..%2f'])(
    '%s that there is not is a 404',
    async (id) => {
      const { api } = makeBox();
      expect(await problemOf(await api(`/v1/sources/shop/deliveries/${id}`), 404, 'not-found')).toMatchObject(
        { status: 404 },
      );
    },
  );

  it('of another source is a 404', async () => {
    const { api, push } = makeBox();
    const { delivery } = await push(1);
    expect(
      await problemOf(await api(`/v1/sources/other/deliveries/${delivery}`), 404, 'not-found'),
    ).toMatchObject({ status: 404 });
  });
});

describe('the diagnosis of a rejected delivery', () => {
  async function diagnosed(headers: Record<string, string>, body: string) {
    const { ask, api, settled } = makeBox();
    await ask('/v1/hooks/shop', { method: 'POST', headers, body });
    await settled();
    const [listed] = (await list(api)).deliveries;
    return (await detail(api, listed?.id ?? '')).diagnosis?.[0];
  }
  const sign = async (body: string, key = secret) => ({
    'X-Hub-Signature-256': `sha256=${hex(await hmacSha256(key, body))}`,
  });

  it('names the secret of the box that it was signed with', async () => {
    expect(await diagnosed(await sign('{}', other), '{}')).toMatchObject({
      kind: 'wrong-secret',
      secret: 'OTHER_SECRET',
    });
  });

  it('says so where no secret that is known fits', async () => {
    const diagnosis = await diagnosed(await sign('{}', 'fake-unknown-secret'), '{}');
    expect(diagnosis).toMatchObject({ kind: 'wrong-secret' });
    expect(diagnosis).not.toHaveProperty('secret');
  });

  it.each([
    ['{"a":1,"b":"x"}', '{ "a": 1, "b": "x" }'],
    ['{"a": 1, "b": "x"}', '{"a":1,"b":"x"}'],
    ['{"a":1}\n', '{"a":1}'],
    ['{"a":"\\u00e9"}', '{"a":"é"}'],
    ['{"a":"\\/"}', '{"a":"/"}'],
  ])('finds that %j was written anew as %j', async (sent, came) => {
    expect((await diagnosed(await sign(sent), came))?.kind).toBe('body-re-encoded');
  });

  it('finds another hash', async () => {
    const key = await crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(secret),
      { name: 'HMAC', hash: 'SHA-512' },
      false,
      ['sign'],
    );
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('{}')));
    expect(await diagnosed({ 'X-Hub-Signature-256': `sha256=${hex(mac)}` }, '{}')).toMatchObject({
      kind: 'wrong-hash',
      hash: 'SHA-512',
    });
  });

  it.each([-301, 301])('says how wrong the clock is: %d s', async (skew) => {
    const { ask, api, settled } = makeBox();
    const seconds = String(start / 1000 + skew);
    const mac = hex(await hmacSha256(secret, `v0:${seconds}:{}`));
    const headers = { 'X-Slack-Request-Timestamp': seconds, 'X-Slack-Signature': `v0=${mac}` };
    await ask('/v1/hooks/chat', { method: 'POST', headers, body: '{}' });
    await settled();
    const response = await api('/v1/sources/chat/deliveries');
    const [listed] = deliveryListSchema.parse(await response.json()).deliveries;
    const { diagnosis, text } = await detail(api, listed?.id ?? '', 'chat');
    expect(diagnosis).toEqual([expect.objectContaining({ kind: 'clock-skew', skewSeconds: skew })]);
    expect(text).not.toContain(mac);
  });

  it('says that it has no signature', async () => {
    expect(await diagnosed({}, '{}')).toMatchObject({ kind: 'unexplained' });
  });
});

describe('the sources', () => {
  it('are listed by name, provider and evidence, with no secret', async () => {
    const { api } = makeBox();
    const text = await (await api('/v1/sources')).text();
    const { sources } = sourceListSchema.parse(JSON.parse(text));
    expect(sources.map(({ name, provider, workflows }) => [name, provider, workflows])).toEqual([
      ['shop', 'github', ['steps']],
      ['other', 'github', []],
      ['chat', 'slack', []],
    ]);
    expect(text).not.toContain(secret);
  });

  it('tell when each secret was last used, by accepted deliveries and by others', async () => {
    const { api, push } = makeBox();
    const read = async () => {
      const response = await api('/v1/sources/shop');
      const text = await response.text();
      expect(text).not.toContain(secret);
      return sourceDetailSchema.parse(JSON.parse(text));
    };
    expect((await read()).secrets).toEqual([
      { name: 'SHOP_SECRET', lastUsedAt: null, until: null, expired: false },
    ]);
    await push(1);
    expect((await read()).secrets[0]?.lastUsedAt).toBe(new Date(start).toISOString());
    await push(1);
    expect(await read()).toMatchObject({
      secrets: [{ name: 'SHOP_SECRET', lastUsedAt: new Date(start + 1_000).toISOString() }],
      keepBodySeconds: limit.deliveryBodyKeepSeconds,
    });
  });
});

describe.each([
  '/v1/sources',
  '/v1/sources/shop',
  '/v1/sources/shop/deliveries',
  '/v1/sources/shop/deliveries/01a1fd81-ac79-75e7-9348-2ed801bfa0d9',
])('%s', (path) => {
  it('is for callers with the key alone, whatever else they know', async () => {
    const { ask } = makeBox();
    expect(await problemOf(await ask(path), 401, 'unauthorized')).toMatchObject({ status: 401 });
    expect(
      await problemOf(
        await ask(path, { headers: { Authorization: `Bearer ${secret}` } }),
        401,
        'unauthorized',
      ),
    ).toMatchObject({ status: 401 });
    expect(await problemOf(await ask(path.replace('shop', 'none')), 401, 'unauthorized')).toMatchObject({
      status: 401,
    });
  });

  it('takes GET and HEAD alone', async () => {
    const { api } = makeBox();
    expect(await problemOf(await api(path, { method: 'DELETE' }), 405, 'method-not-allowed')).toMatchObject({
      status: 405,
    });
  });
});

it.each(['', '/deliveries', '/deliveries/01a1fd81-ac79-75e7-9348-2ed801bfa0d9'])(
  'a source that is not declared is a 404: %s',
  async (rest) => {
    const { api } = makeBox();
    expect(await problemOf(await api(`/v1/sources/none${rest}`), 404, 'not-found')).toMatchObject({
      status: 404,
    });
  },
);
