// What the executions that a delivery started keep of it: in their own rows, and once.
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { rich } from '../fixture/workflow.ts';
import { deliver, listeners, rowOf } from './kept-row.ts';

afterEach(async () => {
  await reset();
});

const asItCame = [[rich, { source: 'shop' }]] as const;

describe('an execution keeps of its delivery', () => {
  it('its id, verdict, key, time and latency, and the request', async () => {
    const { delivery, executions, headers } = await deliver('github', {
      headers: { 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'fake-1' },
      body: '{ "a": 1 }',
    });
    const kept = await rowOf(executions[0]?.id ?? '');
    expect(kept.delivery).toMatchObject({
      id: delivery,
      source: 'shop',
      verdict: 'verified',
      key: 'SHOP_SECRET',
      request: {
        method: 'POST',
        url: 'https://box.example/v1/hooks/shop',
        headers: {
          'x-github-event': 'push',
          'x-github-delivery': 'fake-1',
          'content-type': 'application/json',
        },
        headersLeftOut: 1,
      },
      body: { kind: 'bytes', length: 10 },
    });
    expect(kept.body).toBe('{ "a": 1 }');
    expect(kept.text).not.toContain(headers.get('x-hub-signature-256')?.slice(7));
  });

  it('no body where its data is the body’s own text', async () => {
    const { executions } = await deliver('github', { body: '{"note":"Ünïcödé ✓"}' }, asItCame);
    const kept = await rowOf(executions[0]?.id ?? '');
    expect(kept.delivery.body).toEqual({ kind: 'data' });
    expect(kept.body).toBeUndefined();
    expect(kept.data).toBe('{"note":"Ünïcödé ✓"}');
  });

  it('the bytes where the text differs from its data in one character', async () => {
    const { executions } = await deliver('github', { body: '{"note":"\\u0041"}' }, asItCame);
    const kept = await rowOf(executions[0]?.id ?? '');
    expect(kept.delivery.body.kind).toBe('bytes');
    expect(kept.body).toBe('{"note":"\\u0041"}');
  });

  it.each([
    ['just fit', 0, 'bytes'],
    ['are a byte too long', 1, 'digest'],
  ])('a body that %s its row: %s', async (_what, more, kind) => {
    const room = limit.deliveryRowBytesMax - JSON.stringify({ count: 0 }).length;
    const text = `"${'x'.repeat(room - 2 + more)}"`;
    const { executions } = await deliver('github', { body: text });
    const kept = await rowOf(executions[0]?.id ?? '');
    expect(kept.delivery.body).toMatchObject({ kind, length: room + more });
    expect(kept.body?.length).toBe(kind === 'bytes' ? room : undefined);
  });

  it('no bytes where the source keeps none, but their digest', async () => {
    const { executions } = await deliver('github', { body: '{ "a": 1 }' }, listeners, { keepBodySeconds: 0 });
    const kept = await rowOf(executions[0]?.id ?? '');
    expect(kept.delivery.body).toEqual({
      kind: 'digest',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      length: 10,
    });
    expect(kept.body).toBeUndefined();
  });

  it('the body once, where it started several executions', async () => {
    const both = [...listeners, [rich, { source: 'shop', map: () => ({}) }]] as const;
    const { executions, delivery } = await deliver('github', { body: '{ "a": 1 }' }, both);
    const kept = await Promise.all(executions.map(({ id }) => rowOf(id)));
    expect(kept.map((row) => row.delivery.id)).toEqual([delivery, delivery]);
    expect(kept.map((row) => row.delivery.body.kind)).toEqual(['bytes', 'shared']);
    expect(kept.map((row) => row.body)).toEqual(['{ "a": 1 }', undefined]);
  });
});

describe('the executions of a batch', () => {
  it('keep each their own event, and the raw body once', async () => {
    const items = [1, 2, 3].map((id) => ({ resource: { gid: String(id) }, action: 'added' }));
    const body = JSON.stringify({ events: items }, null, 1);
    const { executions, delivery } = await deliver('asana', { body }, asItCame);
    const kept = await Promise.all(executions.map(({ id }) => rowOf(id)));
    expect(kept.map(({ data }) => JSON.parse(data) as unknown)).toEqual(items);
    expect(kept.map((row) => row.delivery.id)).toEqual([delivery, delivery, delivery]);
    expect(kept.map((row) => row.delivery.body.kind)).toEqual(['bytes', 'shared', 'shared']);
    expect(kept.map((row) => row.body)).toEqual([body, undefined, undefined]);
    expect(kept.map((row) => 'request' in row.delivery)).toEqual([true, false, false]);
  });
});

it('the first execution of a batch keeps the ids of the events that no workflow wanted', async () => {
  const body = JSON.stringify({
    events: [
      { resource: { gid: '1', resource_type: 'task' }, action: 'added', created_at: 'a' },
      { resource: { gid: '2', resource_type: 'story' }, action: 'added', created_at: 'b' },
    ],
  });
  const tasks = [[rich, { source: 'shop', types: ['com.asana.task.*'] }]] as const;
  const { executions, events } = await deliver('asana', { body }, tasks);
  expect([executions.length, events?.length]).toEqual([1, 2]);
  const kept = await rowOf(executions[0]?.id ?? '');
  expect(kept.delivery['filtered']).toEqual([events?.[1]]);
});
