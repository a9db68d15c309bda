// The log of deliveries over the wire: its pages, and one delivery.
import { describe, expect, it } from 'vitest';
import { executionPath } from '../../src/core/execution.ts';
import { steps } from '../fixture/workflow.ts';
import { makeLogBox, newest, otherSecret, readDelivery, readPage, start, stopClock } from './delivery-box.ts';

stopClock();

describe('a list', () => {
  it('has accepted and other deliveries in one order, newest first', async () => {
    const { api, send } = makeLogBox();
    await send(1);
    await send(2, 'push', otherSecret);
    await send(3, 'star');
    await send(1);
    await send(4);
    const { deliveries, next } = await readPage(api);
    expect(deliveries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['accepted', undefined],
      ['duplicate', undefined],
      ['filtered', undefined],
      ['rejected', 'no-match'],
      ['accepted', undefined],
    ]);
    expect(next).toBeUndefined();
  });

  it('has of an accepted delivery its verdict, key, events and executions', async () => {
    const { api, send } = makeLogBox();
    const { id, executions } = await send(1);
    const { deliveries } = await readPage(api);
    expect(deliveries).toEqual([
      {
        id,
        outcome: 'accepted',
        receivedAt: new Date(start).toISOString(),
        verdict: 'verified',
        key: 'SHOP_SECRET',
        latencyMs: expect.any(Number),
        events: [expect.any(String)],
        executions: executions.map((one) => ({ id: one, workflow: 'steps', statusUrl: executionPath(one) })),
        links: {
          self: `/v1/sources/shop/deliveries/${id}`,
          replays: `/v1/sources/shop/deliveries/${id}/replays`,
        },
      },
    ]);
  });

  it('has of a duplicate what the first delivery had started', async () => {
    const { api, send } = makeLogBox();
    const { executions } = await send(1);
    await send(1);
    const { deliveries } = await readPage(api, '?outcome=duplicate');
    expect(deliveries[0]?.executions.map(({ id }) => id)).toEqual(executions);
  });

  it('comes in pages that together are the whole, each delivery once', async () => {
    const { api, send } = makeLogBox();
    const ids: string[] = [];
    for (let id = 0; id < 4; id += 1) {
      ids.push((await send(id)).id);
      await send(10 + id, 'star');
    }
    const seen: string[] = [];
    for (let path: string | undefined = '?limit=3'; path !== undefined;) {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(api, path.slice(path.indexOf('?')));
      expect(page.deliveries.length).toBeLessThanOrEqual(3);
      seen.push(...page.deliveries.map(({ id }) => id));
      path = page.next;
    }
    expect(seen).toHaveLength(8);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(ids.every((id) => seen.includes(id))).toBe(true);
  });

  it.each([
    ['?outcome=accepted', ['accepted', 'accepted']],
    ['?outcome=rejected', ['rejected']],
    [`?since=${new Date(start + 1_000).toISOString()}`, ['accepted', 'rejected']],
    [`?until=${new Date(start + 1_000).toISOString()}`, ['accepted']],
  ])('is of one outcome, or of a time, where it is asked so: %s', async (query, outcomes) => {
    const { api, send } = makeLogBox();
    await send(1);
    await send(2, 'push', otherSecret);
    await send(3);
    const { deliveries } = await readPage(api, query);
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  it('has what was started when the workflow had more shards', async () => {
    const sharded = (limits: { shards: number; shardsBefore?: readonly number[] }) =>
      [
        [
          { ...steps, limits: { ...steps.limits, ...limits } },
          { source: 'shop', map: () => ({ count: 0 }) },
        ],
      ] as const;
    const before = makeLogBox({}, 'all', { listeners: sharded({ shards: 4 }) });
    for (let id = 0; id < 8; id += 1) await before.send(id);
    const after = makeLogBox({}, 'all', { listeners: sharded({ shards: 1, shardsBefore: [4] }) });
    expect((await readPage(after.api)).deliveries).toHaveLength(8);
  });
});

describe('one delivery', () => {
  it('that was accepted: its request, raw body, verdict and executions', async () => {
    const { api, send } = makeLogBox();
    const { id, executions } = await send(1);
    expect(await readDelivery(api, id)).toMatchObject({
      outcome: 'accepted',
      verdict: 'verified',
      key: 'SHOP_SECRET',
      executions: executions.map((one) => ({ id: one })),
      request: { method: 'POST', headers: { 'x-github-event': 'push' } },
      body: { kept: true, length: 11, text: '{ "id": 1 }' },
    });
  });

  it('that was rejected: its reason, request and raw body', async () => {
    const { api, send } = makeLogBox();
    const { id } = await send(1, 'push', otherSecret);
    expect(await readDelivery(api, id)).toMatchObject({
      outcome: 'rejected',
      reason: 'no-match',
      executions: [],
      request: { method: 'POST', headers: { 'x-github-event': 'push' } },
      body: { kept: true, length: 11, text: '{ "id": 1 }' },
    });
  });

  it('whose body is no UTF-8 is shown in base64', async () => {
    const { api, post } = makeLogBox();
    await post({ body: Uint8Array.of(0xff, 0x00) });
    expect((await readDelivery(api, await newest(api))).body).toEqual({
      kept: true,
      length: 2,
      base64: '/wA=',
    });
  });
});
