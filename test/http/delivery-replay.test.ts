// Replays: of what was accepted, of what was rejected by a wrong secret that was mended, of many at once, and dry.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { executionListSchema } from '../../src/http/execution-list.ts';
import { bulkReplayedSchema, replayedSchema } from '../../src/http/routes/delivery-replay.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, problemOf, signed, type Ask } from './box.ts';

const other = 'fake-other-secret-0123';
const start = Date.UTC(2026, 10, 21, 9);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(start);
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** A box whose source has this secret, and takes these types. */
function makeBox(secret = 'SHOP_SECRET', types = ['com.github.push']) {
  const box = boxOf({
    sources: [{ name: 'shop', provider: 'github', secrets: [secret] }],
    listeners: [[steps, { source: 'shop', types, map: () => ({ count: 0 }) }]],
  });
  /** Sends an event, and gives the id under which the log has the delivery. */
  const send = async (id: number, type = 'push', key?: string) => {
    const headers = { 'X-GitHub-Event': type };
    const { path, init } = await signed('shop', 'github', { headers, body: `{ "id": ${id} }` }, key);
    const response = await box.ask(path, init);
    await box.settled();
    vi.setSystemTime(Date.now() + 1_000);
    if (response.status === 202) {
      const accepted = deliveryAcceptedSchema.parse(await response.json());
      return { id: accepted.delivery, executions: accepted.executions.map((execution) => execution.id) };
    }
    const list = await box.api('/v1/sources/shop/deliveries?limit=1');
    return { id: deliveryListSchema.parse(await list.json()).deliveries[0]?.id ?? '', executions: [] };
  };
  return { ...box, send };
}

function post(api: Ask, path: string, body?: object, key?: string): Promise<Response> {
  return api(path, {
    method: 'POST',
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function replayed(response: Response, status: number) {
  const shown: unknown = await response.json();
  expect({ status: response.status, shown }).toMatchObject({ status });
  return replayedSchema.parse(shown);
}

async function executionIds(api: Ask): Promise<string[]> {
  const { executions } = executionListSchema.parse(
    await (await api('/v1/workflows/steps/executions')).json(),
  );
  return executions.map(({ id }) => id);
}

const pathOf = (id: string) => `/v1/sources/shop/deliveries/${id}/replays`;

describe('a replay of an accepted delivery', () => {
  it('starts its executions anew, once for each Idempotency-Key', async () => {
    const { api, send } = makeBox();
    const { id, executions } = await send(1);
    const first = await replayed(await post(api, pathOf(id), undefined, 'again'), 202);
    const second = await replayed(await post(api, pathOf(id), undefined, 'again'), 202);
    const third = await replayed(await post(api, pathOf(id), undefined, 'once-more'), 202);

    expect(first.executions).toMatchObject([{ workflow: 'steps', replays: executions[0], duplicate: false }]);
    expect(second.executions).toMatchObject([{ id: first.executions[0]?.id, duplicate: true }]);
    expect(new Set([...executions, first.executions[0]?.id, third.executions[0]?.id]).size).toBe(3);
    expect(await executionIds(api)).toHaveLength(3);
  });

  it('starts nothing where it is dry, and says what it would start', async () => {
    const { api, send } = makeBox();
    const { id, executions } = await send(1);
    const { executions: shown } = await replayed(await post(api, pathOf(id), { dryRun: true }), 200);
    expect(shown).toEqual([{ workflow: 'steps', event: expect.any(String), replays: executions[0] }]);
    expect(await executionIds(api)).toEqual(executions);
  });
});

describe('a replay of a rejected delivery', () => {
  it('is refused as long as the secret is wrong', async () => {
    const { api, send } = makeBox();
    const { id } = await send(1, 'push', other);
    const problem = await problemOf(await post(api, pathOf(id)), 409, 'conflict');
    expect(problem.detail).toContain('no-match');
    expect(await executionIds(api)).toEqual([]);
  });

  it('is accepted once the secret is mended, under its event’s own key', async () => {
    const { id } = await makeBox().send(1, 'push', other);
    const mended = makeBox('OTHER_SECRET');
    const dry = await replayed(await post(mended.api, pathOf(id), { dryRun: true }), 200);
    expect(dry.executions).toMatchObject([{ workflow: 'steps' }]);
    const first = await replayed(await post(mended.api, pathOf(id)), 202);
    const second = await replayed(await post(mended.api, pathOf(id)), 202);
    expect(second.executions).toMatchObject([{ id: first.executions[0]?.id, duplicate: true }]);

    // The vendor's own resend finds it done.
    const resent = await mended.send(1, 'push', other);
    expect(resent.executions).toEqual([first.executions[0]?.id]);
    const list = await mended.api('/v1/sources/shop/deliveries?outcome=accepted');
    expect(deliveryListSchema.parse(await list.json()).deliveries).toMatchObject([{ key: 'OTHER_SECRET' }]);
  });

  it('is judged at the time at which it came', async () => {
    const box = (secret: string) =>
      boxOf({
        sources: [{ name: 'chat', provider: 'slack', secrets: [secret] }],
        listeners: [[steps, { source: 'chat', map: () => ({ count: 0 }) }]],
      });
    const wrong = box('SHOP_SECRET');
    const { path, init } = await signed('chat', 'slack', { body: '{"event_id":"Ev1"}' }, other);
    await wrong.ask(path, init);
    await wrong.settled();
    vi.setSystemTime(start + 86_400_000);
    const mended = box('OTHER_SECRET');
    const list = await mended.api('/v1/sources/chat/deliveries');
    const [listed] = deliveryListSchema.parse(await list.json()).deliveries;
    const response = await post(mended.api, `/v1/sources/chat/deliveries/${listed?.id ?? ''}/replays`);
    expect((await replayed(response, 202)).executions).toHaveLength(1);
  });
});

describe('a replay of a delivery that no workflow wanted', () => {
  it('is refused as long as none does, and accepted once one does', async () => {
    const before = makeBox();
    const { id } = await before.send(1, 'star');
    expect((await problemOf(await post(before.api, pathOf(id)), 409, 'conflict')).detail).toContain(
      'no workflow',
    );
    const after = makeBox('SHOP_SECRET', ['com.github.star']);
    expect((await replayed(await post(after.api, pathOf(id)), 202)).executions).toHaveLength(1);
  });
});

it('a duplicate is not replayed: its first delivery is', async () => {
  const { api, send } = makeBox();
  await send(1);
  const { id } = await send(1);
  const problem = await problemOf(await post(api, pathOf(id)), 409, 'conflict');
  expect(problem.detail).toContain('first delivery');
});

describe('a bulk replay', () => {
  const all = { since: new Date(start).toISOString(), until: new Date(start + 60_000).toISOString() };

  it('lists what would be done, and then does it, once for each Idempotency-Key', async () => {
    const { api, send } = makeBox();
    const first = await send(1);
    const second = await send(2);
    const forged = await send(3, 'push', other);
    const bulk = async (body: object, key?: string) => {
      const response = await post(api, '/v1/sources/shop/replays', { ...all, ...body }, key);
      return { status: response.status, ...bulkReplayedSchema.parse(await response.json()) };
    };
    const dry = await bulk({ dryRun: true });
    expect(dry).toMatchObject({
      status: 200,
      deliveries: [
        {
          delivery: forged.id,
          outcome: 'rejected',
          executions: [],
          refused: expect.stringContaining('no-match'),
        },
        { delivery: second.id, outcome: 'accepted', executions: [{ replays: second.executions[0] }] },
        { delivery: first.id, outcome: 'accepted', executions: [{ replays: first.executions[0] }] },
      ],
      cursor: null,
    });
    expect(await executionIds(api)).toHaveLength(2);

    await bulk({ dryRun: false, outcome: 'accepted' }, 'bulk');
    const again = await bulk({ dryRun: false, outcome: 'accepted' }, 'bulk');
    expect(again.status).toBe(202);
    expect(again.deliveries.map(({ executions }) => executions[0]?.duplicate)).toEqual([true, true]);
    expect(await executionIds(api)).toHaveLength(4);
  });

  it('goes on where its cursor says', async () => {
    const { api, send } = makeBox();
    for (let id = 0; id < 3; id += 1) await send(id);
    const sizes: number[] = [];
    let cursor: string | null | undefined;
    do {
      const body = { ...all, dryRun: true, limit: 2, ...(typeof cursor === 'string' ? { cursor } : {}) };
      const response = await post(api, '/v1/sources/shop/replays', body);
      const page: { deliveries: unknown[]; cursor: string | null } = bulkReplayedSchema.parse(
        await response.json(),
      );
      sizes.push(page.deliveries.length);
      ({ cursor } = page);
    } while (cursor !== null);
    expect(sizes).toEqual([2, 1]);
  });

  it.each([
    {},
    all,
    { ...all, dryRun: 'yes' },
    { ...all, dryRun: true, limit: 0 },
    { ...all, dryRun: true, limit: 101 },
    { ...all, dryRun: true, cursor: 'x' },
    { ...all, dryRun: true, what: 1 },
    { ...all, dryRun: true, outcome: 'lost' },
  ])('refuses %j', async (body) => {
    const { api } = makeBox();
    const problem = await problemOf(await post(api, '/v1/sources/shop/replays', body), 422, 'input-invalid');
    expect(problem.status).toBe(422);
  });
});

describe.each(['/v1/sources/shop/replays', pathOf('01a1fd81-ac79-75e7-9348-2ed801bfa0d9')])('%s', (path) => {
  it('is for callers with the key alone', async () => {
    const { ask, reached } = makeBox();
    expect((await problemOf(await post(ask, path, {}), 401, 'unauthorized')).status).toBe(401);
    expect(reached).toEqual([]);
  });

  it('takes POST alone, and knows no other source', async () => {
    const { api } = makeBox();
    expect((await problemOf(await api(path), 405, 'method-not-allowed')).status).toBe(405);
    const elsewhere = await post(api, path.replace('shop', 'none'));
    expect((await problemOf(elsewhere, 404, 'not-found')).status).toBe(404);
  });

  it('refuses a malformed Idempotency-Key', async () => {
    const { api } = makeBox();
    const response = await post(api, path, {}, 'a b');
    expect((await problemOf(response, 400, 'idempotency-key-malformed')).status).toBe(400);
  });
});

it('a delivery that there is not is a 404', async () => {
  const { api } = makeBox();
  const response = await post(api, pathOf('01a1fd81-ac79-75e7-9348-2ed801bfa0d9'));
  expect((await problemOf(response, 404, 'not-found')).status).toBe(404);
});
