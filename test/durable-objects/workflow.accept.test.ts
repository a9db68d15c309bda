import { abortAllDurableObjects, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AcceptRequest, WorkflowRpc } from '../../src/core/acceptance.ts';
import { shardOf } from '../../src/core/id.ts';
import { expectAccepted, objectOf, requestFor, start, untilFinal } from './object.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

async function rowsOf(workflow: string, table: string): Promise<number> {
  return runInDurableObject(objectOf(workflow), (_object, state) =>
    Number(state.storage.sql.exec(`select count(*) as count from ${table}`).one()['count']),
  );
}

describe('accepting an event', () => {
  it('answers with an id that leads to the object and a status of pending', async () => {
    const accepted = expectAccepted(await objectOf('steps').accept(requestFor('steps', { count: 1 })));
    expect(accepted).toMatchObject({ status: 'pending', duplicate: false });
    expect(accepted.id).toMatch(/^steps\.0\.[0-9a-z]{11}$/);
    expect((await untilFinal(accepted.id)).output).toBe(1);
  });

  it('gives the same execution for the same key, and runs it once', async () => {
    const request = requestFor('steps', { count: 1 }, { key: 'hook:shop:1' });
    const first = expectAccepted(await objectOf('steps').accept(request));
    const second = expectAccepted(await objectOf('steps').accept(request));
    expect(second.id).toBe(first.id);
    expect([first.duplicate, second.duplicate]).toEqual([false, true]);
    expect(await rowsOf('steps', 'execution')).toBe(1);
  });

  it('starts one execution for 200 concurrent copies, and none for 20 more after a restart', async () => {
    const request = requestFor('steps', { count: 1 }, { key: 'hook:shop:copies' });
    const copies = await Promise.all(Array.from({ length: 200 }, () => objectOf('steps').accept(request)));
    await abortAllDurableObjects();
    const more = await Promise.all(Array.from({ length: 20 }, () => objectOf('steps').accept(request)));
    const accepted = [...copies, ...more].map(expectAccepted);
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(1);
    expect(accepted.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await rowsOf('steps', 'execution')).toBe(1);
  });

  it('keeps every one of 300 different events that arrive together', async () => {
    const ids = await Promise.all(Array.from({ length: 300 }, () => start('steps', { count: 0 })));
    expect(new Set(ids).size).toBe(300);
    expect(await rowsOf('steps', 'execution')).toBe(300);
  });

  it('tells its sender alone that it can’t be kept, and keeps those that came with it', async () => {
    // What no edge sends: a row without a key is refused by its table.
    const broken = { ...requestFor('steps', { count: 1 }), key: null } as unknown as AcceptRequest;
    const requests = [requestFor('steps', { count: 1 }), broken, requestFor('steps', { count: 2 })];
    const settled = await runInDurableObject(objectOf('steps'), async (object) =>
      Promise.allSettled(requests.map((request) => (object as DurableObject & WorkflowRpc).accept(request))),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await rowsOf('steps', 'execution')).toBe(2);
    const ids = settled.flatMap((one) => (one.status === 'fulfilled' ? [expectAccepted(one.value).id] : []));
    const outputs = await Promise.all(ids.map(async (id) => (await untilFinal(id)).output));
    expect(outputs).toEqual([1, 2]);
  });

  it('refuses the same key with another body where the caller gives fingerprints', async () => {
    const first = expectAccepted(
      await objectOf('steps').accept(requestFor('steps', { count: 1 }, { key: 'api:k', fingerprint: 'a' })),
    );
    const second = await objectOf('steps').accept(
      requestFor('steps', { count: 2 }, { key: 'api:k', fingerprint: 'b' }),
    );
    expect(second).toEqual({ ok: false, error: { kind: 'idempotency-key-reused', id: first.id } });
  });

  it('knows no workflow that the deployment does not have', async () => {
    const result = await objectOf('nonesuch').accept(requestFor('nonesuch', {}));
    expect(result).toEqual({ ok: false, error: { kind: 'workflow-unknown', workflow: 'nonesuch' } });
  });
});

describe('the rate limit of a workflow', () => {
  it('lets the burst through, refuses the next with the time to wait, and lets one through after it', async () => {
    const object = objectOf('limited');
    const accept = () => object.accept(requestFor('limited', {}));
    expect(expectAccepted(await accept()).limits).toMatchObject([{ name: 'workflow', remaining: 1 }]);
    expectAccepted(await accept());
    const refused = await accept();
    expect(refused).toMatchObject({ ok: false, error: { kind: 'rate-limited', retryAfterSeconds: 30 } });
    vi.setSystemTime(Date.now() + 30_000);
    expectAccepted(await accept());
  });

  it('stands where it stood after a restart', async () => {
    const accept = () => objectOf('limited').accept(requestFor('limited', {}));
    await accept();
    await accept();
    await abortAllDurableObjects();
    expect(await accept()).toMatchObject({ ok: false, error: { kind: 'rate-limited' } });
  });

  it('is not used up by duplicates', async () => {
    const object = objectOf('limited');
    const request = requestFor('limited', {}, { key: 'hook:same' });
    for (let copy = 0; copy < 10; copy += 1) expectAccepted(await object.accept(request));
    expect(expectAccepted(await object.accept(requestFor('limited', {}))).duplicate).toBe(false);
  });

  it('counts a limit that the caller gives beside its own, all or none', async () => {
    const object = objectOf('limited');
    const limits = [{ name: 'source:shop', policy: { limit: 1, windowSeconds: 60 } }];
    expectAccepted(await object.accept(requestFor('limited', {}, { limits })));
    expect(await object.accept(requestFor('limited', {}, { limits }))).toMatchObject({ ok: false });
    const own = expectAccepted(await object.accept(requestFor('limited', {})));
    expect(own.limits).toMatchObject([{ name: 'workflow', remaining: 0 }]);
  });
});

describe('resharding', () => {
  it('finds the execution that an event started under an earlier number of shards', async () => {
    const keys = Array.from({ length: 20 }, (_, at) => `hook:shop:${at}`);
    // As the deployment with one shard accepted them: all in object 0.
    const before = await Promise.all(
      keys.map(async (key) =>
        expectAccepted(await objectOf('resharded').accept(requestFor('resharded', {}, { key }))),
      ),
    );
    const after = await Promise.all(
      keys.map(async (key) => {
        const shard = shardOf(key, 4);
        return expectAccepted(
          await objectOf('resharded', shard).accept(requestFor('resharded', {}, { key, shard })),
        );
      }),
    );
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after.every(({ duplicate }) => duplicate)).toBe(true);
  });
});
