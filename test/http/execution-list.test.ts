// A list over several shards: serials are given by each object alone, so two of them can give the same one.
import { reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { expectAccepted, objectOf, requestFor } from '../durable-objects/object.ts';
import { steps } from '../fixture/workflow.ts';
import { executionListSchema } from '../../src/http/execution-list.ts';
import { formatSerial } from '../../src/core/serial.ts';
import { boxOf, problemOf, type Ask } from './box.ts';
import { until } from '../until.ts';

afterEach(reset);

const path = '/v1/workflows/steps/executions';

function boxOfShards(shards: number, shardsBefore: readonly number[] = []): Ask {
  return boxOf({ listeners: [[{ ...steps, limits: { ...steps.limits, shards, shardsBefore } }]] }).api;
}

/** Executions of one shard that have ended, their serials counted on from `first`; the newest first. */
async function ended(shard: number, count: number, first: number): Promise<string[]> {
  const object = objectOf('steps', shard);
  for (let at = 0; at < count; at += 1) {
    const { id } = expectAccepted(await object.accept(requestFor('steps', { count: 0 }, { shard })));
    await until(async () => expect((await object.status({ id }))?.final).toBe(true));
  }
  await runInDurableObject(object, (_object, { storage }) => {
    const serials = storage.sql
      .exec<{ serial: number }>('select serial from execution order by serial')
      .toArray();
    for (const [at, { serial }] of serials.entries())
      storage.sql.exec('update execution set serial = ? where serial = ?', first + at, serial);
  });
  return Array.from({ length: count }, (_, at) => `steps.${shard}.${formatSerial(first + at)}`).toReversed();
}

/** Every page of the list, by the links from one to the next. */
async function pagesOf(api: Ask, query: string): Promise<string[][]> {
  const pages: string[][] = [];
  let next: string | undefined = `${path}${query}`;
  while (next !== undefined) {
    const answer = await api(next);
    const { executions } = executionListSchema.parse(await answer.json());
    pages.push(executions.map(({ id }) => id));
    next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1];
  }
  return pages;
}

describe('executions of two shards with the same serials', () => {
  it.each([1, 2, 3, 5])('are each listed once, %i on a page', async (max) => {
    const [of0, of1] = [await ended(0, 4, 1_000), await ended(1, 4, 1_000)];
    const pages = await pagesOf(boxOfShards(2), `?limit=${max}`);
    // The same serials lie together: one shard's, then the other's.
    expect(pages.flat()).toEqual(of0.flatMap((id, at) => [id, of1[at]]));
    expect(pages.every((page) => page.length <= max)).toBe(true);
  });

  it('are each listed once where a filter is set', async () => {
    const all = [...(await ended(0, 3, 1_000)), ...(await ended(1, 2, 1_001))];
    const pages = await pagesOf(boxOfShards(2), '?limit=2&status=completed');
    expect(pages.flat().toSorted()).toEqual(all.toSorted());
  });
});

describe('executions of shards that a workflow once had', () => {
  it('are listed with those that it has', async () => {
    const all = [...(await ended(0, 1, 1_000)), ...(await ended(2, 2, 1_000))];
    expect((await pagesOf(boxOfShards(1, [3]), '')).flat().toSorted()).toEqual(all.toSorted());
  });
});

describe('a cursor that no list has given', () => {
  it.each(['0000000000z', '0000000000z.', '0000000000z.x', '0000000000z.1024', '.1', '0000000000z.01', '!'])(
    'is refused: %s',
    async (cursor) => {
      const answer = await boxOfShards(2)(`${path}?cursor=${cursor}`);
      expect(await problemOf(answer, 400, 'parameter-invalid')).toMatchObject({ parameter: 'cursor' });
    },
  );
});
