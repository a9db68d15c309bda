// Replays that start something: of what was accepted, of a duplicate, of what was rejected by a wrong secret that was mended, of what
// no workflow wanted, of many at once, and dry.
import { describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { bulkReplayedSchema } from '../../src/http/routes/delivery-replay.ts';
import { rich, steps } from '../fixture/workflow.ts';
import { signed } from './box.ts';
import {
  askReplay,
  bulkPath,
  executionIds,
  makeLogBox,
  newest,
  otherSecret,
  readPage,
  replay,
  shopSecret,
  start,
  stopClock,
} from './delivery-box.ts';

stopClock();

describe('a replay of an accepted delivery', () => {
  it('starts its executions anew, once for each Idempotency-Key', async () => {
    const { api, send } = makeLogBox();
    const { id, executions } = await send(1);
    const first = await replay(api, id, undefined, 'again');
    const second = await replay(api, id, undefined, 'again');
    const third = await replay(api, id, undefined, 'once-more');

    expect(first.executions).toMatchObject([{ workflow: 'steps', replays: executions[0], duplicate: false }]);
    expect(second.executions).toMatchObject([{ id: first.executions[0]?.id, duplicate: true }]);
    expect(new Set([...executions, first.executions[0]?.id, third.executions[0]?.id]).size).toBe(3);
    expect(await executionIds(api)).toHaveLength(3);
  });

  it('starts nothing where it is dry, and says what it would start', async () => {
    const { api, send } = makeLogBox();
    const { id, executions } = await send(1);
    const { executions: shown } = await replay(api, id, { dryRun: true }, undefined, 200);
    expect(shown).toEqual([{ workflow: 'steps', event: expect.any(String), replays: executions[0] }]);
    expect(await executionIds(api)).toEqual(executions);
  });

  it('starts the executions of all its workflows', async () => {
    const listeners = [
      [steps, { source: 'shop', map: () => ({ count: 0 }) }],
      [rich, { source: 'shop' }],
    ] as const;
    const { api, send } = makeLogBox({}, 'all', { listeners });
    const { id, executions } = await send(1);
    const { executions: again } = await replay(api, id);
    expect(again.map(({ workflow, replays }) => [workflow, replays])).toEqual([
      ['steps', executions[0]],
      ['rich', executions[1]],
    ]);
  });

  it('counts in no limit of the source: that is the vendor’s', async () => {
    const { api, send, post } = makeLogBox({ rate: { limit: 1, windowSeconds: 86_400 } });
    const { id } = await send(1);
    expect((await replay(api, id)).executions).toHaveLength(1);
    const { init } = await signed('shop', 'github', {
      headers: { 'X-GitHub-Event': 'push' },
      body: '{ "id": 2 }',
    });
    expect((await post(init)).status).toBe(429);
  });
});

describe('a replay of a duplicate', () => {
  it('starts anew what the first delivery had started, and under the same key once for both', async () => {
    const { api, send } = makeLogBox();
    const first = await send(1);
    const copy = await send(1);
    expect((await readPage(api)).deliveries.map(({ outcome }) => outcome)).toEqual(['duplicate', 'accepted']);
    const replayed = await replay(api, copy.id, undefined, 'again');
    expect(replayed).toMatchObject({
      delivery: copy.id,
      executions: [{ workflow: 'steps', replays: first.executions[0], duplicate: false }],
    });
    const ofFirst = await replay(api, first.id, undefined, 'again');
    expect(ofFirst.executions).toMatchObject([{ id: replayed.executions[0]?.id, duplicate: true }]);
  });

  it('starts nothing where it is dry', async () => {
    const { api, send } = makeLogBox();
    const { executions } = await send(1);
    const { id } = await send(1);
    const dry = await replay(api, id, { dryRun: true }, undefined, 200);
    expect(dry.executions).toMatchObject([{ replays: executions[0] }]);
    expect(await executionIds(api)).toEqual(executions);
  });
});

describe('a replay of a rejected delivery', () => {
  it('is accepted once the secret is mended, under its event’s own key', async () => {
    const { id } = await makeLogBox().send(1, 'push', otherSecret);
    const mended = makeLogBox({ secrets: ['OTHER_SECRET'] });
    const dry = await replay(mended.api, id, { dryRun: true }, undefined, 200);
    expect(dry.executions).toMatchObject([{ workflow: 'steps' }]);
    const first = await replay(mended.api, id);
    const second = await replay(mended.api, id);
    expect(second.executions).toMatchObject([{ id: first.executions[0]?.id, duplicate: true }]);

    // The vendor's own resend finds it done.
    const resent = await mended.send(1, 'push', otherSecret);
    expect(resent.executions).toEqual([first.executions[0]?.id]);
    const { deliveries } = await readPage(mended.api, '?outcome=accepted');
    expect(deliveries).toMatchObject([{ key: 'OTHER_SECRET' }]);
  });

  it('is judged at the time at which it came', async () => {
    const wrong = makeLogBox({ provider: 'slack' }, 'all');
    const { init } = await signed('shop', 'slack', { body: '{"event_id":"Ev1"}' }, otherSecret);
    expect((await wrong.post(init)).status).toBe(401);
    vi.setSystemTime(start + 86_400_000);
    const mended = makeLogBox({ provider: 'slack', secrets: ['OTHER_SECRET'] }, 'all');
    const id = await newest(mended.api);
    expect((await replay(mended.api, id)).executions).toHaveLength(1);
  });

  it.each([
    ['header', 'gitlab', '', { 'X-Gitlab-Token': otherSecret }],
    ['header as Basic', 'pipedrive', '', { Authorization: `Basic ${btoa(otherSecret)}` }],
    ['query', 'mailchimp', `?secret=${otherSecret}`, { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ])('that showed a token in its %s (%s) is judged by it again', async (_place, provider, query, headers) => {
    const body = provider === 'mailchimp' ? 'type=subscribe&data%5Bid%5D=1' : '{"object_kind":"push","id":1}';
    const { post } = makeLogBox({ provider }, 'all');
    const type = { 'Content-Type': 'application/json', ...headers };
    expect((await post({ headers: type, body }, query)).status).toBe(401);
    const mended = makeLogBox({ provider, secrets: ['OTHER_SECRET'] }, 'all');
    const replayed = await replay(mended.api, await newest(mended.api));
    expect(replayed.executions).toHaveLength(1);
    const { deliveries } = await readPage(mended.api, '?outcome=accepted');
    expect(deliveries).toMatchObject([{ key: 'OTHER_SECRET', verdict: 'authenticated' }]);
  });

  it('that showed a JWT in a header is judged by it again', async () => {
    const { post } = makeLogBox({ provider: 'netlify' }, 'all');
    const { init } = await signed('shop', 'netlify', { body: '{"id":"fake-deploy"}' }, otherSecret);
    expect((await post(init)).status).toBe(401);
    vi.setSystemTime(start + 86_400_000);
    const mended = makeLogBox({ provider: 'netlify', secrets: ['OTHER_SECRET'] }, 'all');
    const replayed = await replay(mended.api, await newest(mended.api));
    expect(replayed.executions).toHaveLength(1);
  });
});

describe('a replay of a delivery that no workflow wanted', () => {
  it('is accepted once one does', async () => {
    const { id } = await makeLogBox().send(1, 'star');
    const after = makeLogBox({}, ['com.github.star']);
    expect((await replay(after.api, id)).executions).toHaveLength(1);
  });
});

describe('a bulk replay', () => {
  const all = { since: new Date(start).toISOString(), until: new Date(start + 60_000).toISOString() };

  async function bulk(api: Parameters<typeof askReplay>[0], body: object, key?: string) {
    const response = await askReplay(api, bulkPath, { ...all, ...body }, key);
    const shown: z.infer<typeof bulkReplayedSchema> = bulkReplayedSchema.parse(await response.json());
    return { status: response.status, ...shown };
  }

  it('lists what would be done where it is dry, and does nothing', async () => {
    const { api, send } = makeLogBox();
    const first = await send(1);
    const second = await send(2);
    const forged = await send(3, 'push', otherSecret);
    expect(await bulk(api, { dryRun: true })).toMatchObject({
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
  });

  it('does it, once for each Idempotency-Key', async () => {
    const { api, send } = makeLogBox();
    await send(1);
    await send(2);
    await bulk(api, { dryRun: false, outcome: 'accepted' }, 'bulk');
    const again = await bulk(api, { dryRun: false, outcome: 'accepted' }, 'bulk');
    expect(again.status).toBe(202);
    expect(again.deliveries.map(({ executions }) => executions[0]?.duplicate)).toEqual([true, true]);
    expect(await executionIds(api)).toHaveLength(4);
  });

  it('starts once what an event’s deliveries, first and duplicate, have started', async () => {
    const { api, send } = makeLogBox();
    await send(1);
    await send(1);
    const { deliveries } = await bulk(api, { dryRun: false });
    expect(deliveries.map(({ executions }) => executions[0]?.duplicate)).toEqual([false, true]);
    expect(await executionIds(api)).toHaveLength(2);
  });

  it('goes on where its cursor says, each delivery once', async () => {
    const { api, send } = makeLogBox();
    for (let id = 0; id < 3; id += 1) await send(id);
    const pages: string[][] = [];
    let cursor: string | null | undefined;
    do {
      const page: Awaited<ReturnType<typeof bulk>> = await bulk(api, {
        dryRun: false,
        limit: 2,
        ...(typeof cursor === 'string' ? { cursor } : {}),
      });
      pages.push(page.deliveries.map(({ delivery }) => delivery));
      ({ cursor } = page);
    } while (cursor !== null);
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect(new Set(pages.flat()).size).toBe(3);
    expect(await executionIds(api)).toHaveLength(6);
  });

  it('asks only the objects that its deliveries are in', async () => {
    const sharded = { ...steps, limits: { ...steps.limits, shards: 4 } };
    const listeners = [[sharded, { source: 'shop', map: () => ({ count: 0 }) }]] as const;
    const { api, send, reached } = makeLogBox({}, 'all', { listeners });
    for (let id = 0; id < 3; id += 1) await send(id, 'push', shopSecret);
    reached.length = 0;
    const { deliveries } = await bulk(api, { dryRun: true });
    expect(deliveries).toHaveLength(3);
    // Four for the page, and one for each delivery.
    expect(reached).toHaveLength(4 + 3);
  });
});
