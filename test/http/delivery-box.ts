// What the tests of the delivery log share: a box with sources whose deliveries it logs, sending to it, and reading its log.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { z } from 'zod';
import type { SourceRpc } from '../../src/core/delivery-log.ts';
import { executionListSchema } from '../../src/http/execution-list.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { replayedSchema } from '../../src/http/routes/delivery-replay.ts';
import { deliveryDetailSchema, deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, signed, type Ask, type BoxOptions } from './box.ts';

/** What the sources' secrets are. */
export const shopSecret = 'fake-shop-secret-0123';
export const otherSecret = 'fake-other-secret-0123';

/** When the tests begin. */
export const start = Date.UTC(2026, 10, 21, 9);

/** A well-formed id under which nothing is kept. */
export const unknownId = '01a1fd81-ac79-75e7-9348-2ed801bfa0d9';

/** Stops the clock of the box and of its objects, and empties them after each test: the log finds an execution by its delivery's time. */
export function stopClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(start);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await reset();
  });
}

type Source = NonNullable<BoxOptions['sources']>[number];

/** A box whose source `shop` is GitHub's with `SHOP_SECRET` and takes pushes, unless it is declared otherwise. */
export function makeLogBox(
  shop: Partial<Source> = {},
  types: readonly string[] | 'all' = ['com.github.push'],
  more: Pick<BoxOptions, 'listeners' | 'sourceObject' | 'publicUrl'> = {},
) {
  const box = boxOf({
    sources: [
      { name: 'shop', provider: 'github', ...shop },
      { name: 'other', provider: 'github', secrets: ['OTHER_SECRET'] },
    ],
    listeners: [
      [
        steps,
        { source: 'shop', map: () => ({ count: 0 }), ...(types === 'all' ? {} : { types: [...types] }) },
      ],
    ],
    ...more,
  });
  /** Sends a request as it is, and moves the clock on. */
  const post = async (init: RequestInit, query = '') => {
    const response = await box.ask(`/v1/hooks/shop${query}`, { method: 'POST', ...init });
    await box.settled();
    vi.setSystemTime(Date.now() + 1_000);
    return response;
  };
  /** Sends an event of GitHub's, and gives the id under which the log has its delivery. */
  const send = async (id: number, type = 'push', secret = shopSecret) => {
    const headers = { 'X-GitHub-Event': type };
    const { init } = await signed('shop', 'github', { headers, body: `{ "id": ${id} }` }, secret);
    const response = await post(init);
    if (response.status !== 202) return { id: await newest(box.api), executions: [] };
    const { delivery, executions } = deliveryAcceptedSchema.parse(await response.json());
    return { id: delivery, executions: executions.map((execution) => execution.id) };
  };
  return { ...box, post, send };
}

/** A source's object that can't be asked. */
export const brokenSource: SourceRpc = {
  capture: outage,
  captured: outage,
  deliveries: outage,
  delivery: outage,
  forget: outage,
  keyUses: outage,
  record: outage,
};

async function outage(): Promise<never> {
  throw new Error('fake outage');
}

/** One page of the log. */
export async function readPage(api: Ask, query = '') {
  const response = await api(`/v1/sources/shop/deliveries${query}`);
  expect(response.status).toBe(200);
  const { deliveries } = deliveryListSchema.parse(await response.json());
  return { deliveries, next: /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1] };
}

/** The id of the newest delivery of the log. */
export async function newest(api: Ask): Promise<string> {
  return (await readPage(api, '?limit=1')).deliveries[0]?.id ?? '';
}

/** One delivery of the log, and the text that it was answered with. */
export async function readDelivery(api: Ask, id: string) {
  const response = await api(`/v1/sources/shop/deliveries/${id}`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const shown: z.infer<typeof deliveryDetailSchema> = deliveryDetailSchema.parse(JSON.parse(text));
  return { ...shown, text };
}

export const bulkPath = '/v1/sources/shop/replays';

export function replayPath(id: string): string {
  return `/v1/sources/shop/deliveries/${id}/replays`;
}

/** Asks for a replay. */
export async function askReplay(api: Ask, path: string, body?: object, key?: string): Promise<Response> {
  return api(path, {
    method: 'POST',
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Replays one delivery, which must be answered with this status. */
export async function replay(api: Ask, id: string, body?: object, key?: string, status = 202) {
  const response = await askReplay(api, replayPath(id), body, key);
  const shown: unknown = await response.json();
  expect({ status: response.status, shown }).toMatchObject({ status });
  return replayedSchema.parse(shown);
}

export async function executionIds(api: Ask): Promise<string[]> {
  const response = await api('/v1/workflows/steps/executions');
  return executionListSchema.parse(await response.json()).executions.map(({ id }) => id);
}
