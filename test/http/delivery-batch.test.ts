// What a batch costs: its events that go to one object go together, and each has its own fate all the same.
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WorkflowRpc } from '../../src/core/acceptance.ts';
import { limit } from '../../src/core/limit.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { rich, steps } from '../fixture/workflow.ts';
import { boxOf, problemOf, signed, type BoxOptions } from './box.ts';

afterEach(async () => {
  await reset();
});

const options = { batch: 'events', id: ['{item:id}'], type: ['{item:type}'] };

async function deliver(ids: readonly string[], more: Omit<BoxOptions, 'sources'> = {}) {
  const { ask, reached, settled } = boxOf({
    sources: [{ name: 'many', provider: 'generic', options }],
    listeners: [[steps, { source: 'many', map: () => ({ count: 0 }) }]],
    ...more,
  });
  const body = JSON.stringify({ events: ids.map((id) => ({ id, type: 'made' })) });
  const { path, init } = await signed('many', 'generic', { body });
  const response = await ask(path, init);
  await settled();
  return { response, reached };
}

async function accepted(response: Response) {
  expect(response.status).toBe(202);
  return deliveryAcceptedSchema.parse(await response.json());
}

const idsOf = (count: number) => Array.from({ length: count }, (_, at) => `e${at}`);

describe('the events of a batch', () => {
  it('reach their object in one request, and start an execution each', async () => {
    const { response, reached } = await deliver(idsOf(20));
    expect(reached).toEqual(['steps/0']);
    const { executions } = await accepted(response);
    expect(new Set(executions.map(({ id }) => id)).size).toBe(20);
  });

  it('reach each shard in one request; the answer has them in their order', async () => {
    const sharded = { ...steps, limits: { ...steps.limits, shards: 3 } };
    const listeners: BoxOptions['listeners'] = [[sharded, { source: 'many', map: () => ({ count: 0 }) }]];
    const { response, reached } = await deliver(idsOf(20), { listeners });
    expect(reached.toSorted()).toEqual(['steps/0', 'steps/1', 'steps/2']);
    const together = (await accepted(response)).executions.map(({ id }) => id);
    const oneByOne: string[] = [];
    for (const id of idsOf(20)) {
      const { executions } = await accepted((await deliver([id], { listeners })).response);
      oneByOne.push(...executions.map((execution) => execution.id));
    }
    expect(together).toEqual(oneByOne);
  });

  it.each([
    [limit.groupCommitMax, 1],
    [limit.groupCommitMax + 1, 2],
  ])('that are %d make %d object requests', async (count, requests) => {
    const { response, reached } = await deliver(idsOf(count));
    expect(reached).toHaveLength(requests);
    expect((await accepted(response)).executions).toHaveLength(count);
  });

  it.each([
    [8, 1],
    [9, 2],
  ])('whose inputs are %d MiB make %d object requests', async (mib, requests) => {
    const input = 'x'.repeat(limit.parcelLengthMax / 8 - 2);
    const { response, reached } = await deliver(idsOf(mib), {
      listeners: [[rich, { source: 'many', map: () => input }]],
    });
    expect(reached).toHaveLength(requests);
    expect((await accepted(response)).executions).toHaveLength(mib);
  });
});

it('a batch whose object can’t be asked is a 503, and whole once it is sent again', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const before = (object: WorkflowRpc): Partial<WorkflowRpc> => ({
    acceptAll: async (requests) => {
      await object.acceptAll(requests.slice(0, 1));
      throw new Error('fake reset in the middle');
    },
  });
  const { response } = await deliver(idsOf(3), { before });
  expect((await problemOf(response, 503, 'unavailable')).status).toBe(503);
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
  const again = await accepted((await deliver(idsOf(3))).response);
  expect(again.executions).toHaveLength(3);
  expect(again.duplicate).toBeUndefined();
});
