// Replays that are refused: each with a sentence that says why.
import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { bulkReplayedSchema } from '../../src/http/routes/delivery-replay.ts';
import { rich } from '../fixture/workflow.ts';
import { objectOf } from '../durable-objects/object.ts';
import { problemOf, signed } from './box.ts';
import {
  askReplay,
  brokenSource,
  bulkPath,
  executionIds,
  makeLogBox,
  newest,
  otherSecret,
  readDelivery,
  replay,
  replayPath,
  shopSecret,
  start,
  stopClock,
  unknownId,
} from './delivery-box.ts';

stopClock();

/** The sentence with which a replay is refused. */
async function refusal(api: Parameters<typeof askReplay>[0], id: string): Promise<string> {
  return (await problemOf(await askReplay(api, replayPath(id)), 409, 'conflict')).detail;
}

const keepBodySeconds = 60;

describe('past its keepBodySeconds', () => {
  it('an accepted delivery is neither shown nor replayed, though its execution is there', async () => {
    const { api, send } = makeLogBox({ keepBodySeconds });
    const { id, executions } = await send(1);
    vi.setSystemTime(start + keepBodySeconds * 1000 - 1);
    expect((await readDelivery(api, id)).body).toEqual({ kept: true, length: 11, text: '{ "id": 1 }' });
    expect((await replay(api, id, { dryRun: true }, undefined, 200)).executions).toHaveLength(1);

    vi.setSystemTime(start + keepBodySeconds * 1000);
    const { body, executions: shown } = await readDelivery(api, id);
    expect(body).toEqual({ kept: false, length: 11 });
    expect(shown).toMatchObject([{ id: executions[0] }]);
    expect(await refusal(api, id)).toContain("kept no longer (the source's keepBodySeconds is 60)");
    expect(await executionIds(api)).toEqual(executions);
  });

  it('an accepted delivery whose body is its execution’s data is not shown either', async () => {
    const listeners = [[rich, { source: 'shop' }]] as const;
    const { api, post } = makeLogBox({ keepBodySeconds }, 'all', { listeners });
    const { init } = await signed('shop', 'github', { body: '{"id":1}' });
    await post(init);
    const id = await newest(api);
    expect((await readDelivery(api, id)).body).toMatchObject({ kept: true, text: '{"id":1}' });
    vi.setSystemTime(start + keepBodySeconds * 1000);
    expect((await readDelivery(api, id)).body).toEqual({ kept: false, length: 8 });
  });

  it('a duplicate is not replayed, where the first delivery’s time is over', async () => {
    const { api, send } = makeLogBox({ keepBodySeconds });
    await send(1);
    vi.setSystemTime(start + (keepBodySeconds - 2) * 1000);
    const { id } = await send(1);
    expect((await replay(api, id, { dryRun: true }, undefined, 200)).executions).toHaveLength(1);
    vi.setSystemTime(start + keepBodySeconds * 1000);
    expect(await refusal(api, id)).toContain('kept no longer');
  });

  it('a rejected delivery is not judged again', async () => {
    const { send } = makeLogBox({ keepBodySeconds });
    const { id } = await send(1, 'push', otherSecret);
    const { api } = makeLogBox({ keepBodySeconds, secrets: ['OTHER_SECRET'] });
    vi.setSystemTime(start + keepBodySeconds * 1000 - 1);
    expect((await replay(api, id, { dryRun: true }, undefined, 200)).executions).toHaveLength(1);
    vi.setSystemTime(start + keepBodySeconds * 1000);
    expect((await readDelivery(api, id)).body).toEqual({ kept: false, length: 11 });
    expect(await refusal(api, id)).toContain('kept no longer');
  });

  it('by a shorter time that the source has by now, a rejected delivery is neither shown nor judged again', async () => {
    const { id } = await makeLogBox().send(1, 'push', otherSecret);
    const { api } = makeLogBox({ keepBodySeconds, secrets: ['OTHER_SECRET'] });
    vi.setSystemTime(start + keepBodySeconds * 1000);
    expect((await readDelivery(api, id)).body).toEqual({ kept: false, length: 11 });
    expect(await refusal(api, id)).toContain('kept no longer');
  });

  it('that is the default: seven days', async () => {
    const { api, send } = makeLogBox();
    const { id } = await send(1);
    vi.setSystemTime(start + 7 * 86_400_000 - 1);
    expect((await replay(api, id, { dryRun: true }, undefined, 200)).executions).toHaveLength(1);
    vi.setSystemTime(start + 7 * 86_400_000);
    expect(await refusal(api, id)).toContain(`keepBodySeconds is ${limit.deliveryBodyKeepSeconds}`);
  });

  it('of 0, nothing is replayed at all', async () => {
    const { api, send } = makeLogBox({ keepBodySeconds: 0 });
    const { id } = await send(1);
    expect((await readDelivery(api, id)).body).toMatchObject({ kept: false, length: 11 });
    expect(await refusal(api, id)).toContain('keepBodySeconds is 0');
  });
});

describe('a rejected delivery is not replayed', () => {
  it('as long as the secret is wrong', async () => {
    const { api, send } = makeLogBox();
    const { id } = await send(1, 'push', otherSecret);
    expect(await refusal(api, id)).toContain('not genuine by the present secrets (no-match)');
    expect(await executionIds(api)).toEqual([]);
  });

  it('by a secret that has expired, though it had not when the delivery came', async () => {
    const until = new Date(start + 10_000).toISOString();
    const { id } = await makeLogBox().send(1, 'push', otherSecret);
    const { api } = makeLogBox({ secrets: ['SHOP_SECRET', { name: 'OTHER_SECRET', until }] });
    expect((await replay(api, id, { dryRun: true }, undefined, 200)).executions).toHaveLength(1);
    vi.setSystemTime(start + 10_000);
    expect(await refusal(api, id)).toContain('no-match');
  });

  it('where its token is in its body, which is not kept therefore', async () => {
    const { api, post } = makeLogBox({ provider: 'figma' });
    await post({ headers: { 'Content-Type': 'application/json' }, body: '{"passcode":"fake-wrong"}' });
    expect(await refusal(api, await newest(api))).toContain('writes its token into it');
  });

  it('where its body was too long to be kept', async () => {
    const { api, post } = makeLogBox();
    await post({ body: 'x'.repeat(limit.deliveryBodyBytesMax + 1) });
    expect(await refusal(api, await newest(api))).toContain(`more than ${limit.deliveryBodyBytesMax} bytes`);
  });

  it('where its body was not read', async () => {
    const { api, post } = makeLogBox({ bodyBytesMax: 1 });
    await post({ body: '{}' });
    expect(await refusal(api, await newest(api))).toContain('was not read');
  });

  it('where it was genuine and can’t be read', async () => {
    const { api, post } = makeLogBox();
    const { init } = await signed('shop', 'github', { body: '{' });
    await post(init);
    expect(await refusal(api, await newest(api))).toContain("can't be read (not-json)");
  });
});

describe('a delivery whose workflow is gone', () => {
  it('is not to be found: the log has what its listeners have started', async () => {
    const { id } = await makeLogBox().send(1);
    const { api } = makeLogBox({}, [], { listeners: [] });
    expect((await problemOf(await askReplay(api, replayPath(id)), 404, 'not-found')).status).toBe(404);
  });

  it('is not replayed by its duplicate, which says so', async () => {
    const { send } = makeLogBox();
    await send(1);
    const { id } = await send(1);
    const { api } = makeLogBox({}, [], { listeners: [[rich, { source: 'shop' }]] });
    expect(await refusal(api, id)).toContain("workflow 'steps' does not listen to the source any more");
  });
});

describe('a duplicate is not replayed', () => {
  it('where it may have more executions than the log lists: it names the delivery to replay', async () => {
    const options = { batch: 'events', id: ['{item:id}'], type: ['{item:type}'] };
    const { api, post } = makeLogBox({ provider: 'generic', options }, 'all');
    const events = Array.from({ length: limit.deliveryIdsMax }, (_, at) => ({ id: `e${at}`, type: 'made' }));
    const { init } = await signed('shop', 'generic', { body: JSON.stringify({ events }) });
    await post(init);
    const first = await newest(api);
    await post(init);
    expect(await refusal(api, await newest(api))).toContain(`replay /v1/sources/shop/deliveries/${first}.`);
  });

  it('where an execution of its events is kept no longer', async () => {
    const { api, send } = makeLogBox();
    await send(1);
    const { id } = await send(1);
    // As a purge does.
    await runInDurableObject(objectOf('steps'), (_object, { storage }) => {
      storage.sql.exec('delete from execution');
    });
    expect(await refusal(api, id)).toContain('1 of its executions are kept no longer');
  });
});

it('a delivery that no workflow wants is not replayed', async () => {
  const { api, send } = makeLogBox();
  const { id } = await send(1, 'star');
  expect(await refusal(api, id)).toContain('no workflow wants its events');
});

it('a handshake is not replayed', async () => {
  const { api, post } = makeLogBox({ provider: 'slack' });
  const challenge = { type: 'url_verification', challenge: 'fake', token: 'fake' };
  const { init } = await signed('shop', 'slack', { body: JSON.stringify(challenge) }, shopSecret);
  await post(init);
  expect(await refusal(api, await newest(api))).toContain('handshake');
});

it('a delivery that there is not is a 404', async () => {
  const { api } = makeLogBox();
  expect((await problemOf(await askReplay(api, replayPath(unknownId)), 404, 'not-found')).status).toBe(404);
});

describe('a bulk replay', () => {
  const all = { since: new Date(start).toISOString(), until: new Date(start + 60_000).toISOString() };

  it.each([
    {},
    all,
    { ...all, dryRun: 'yes' },
    { ...all, dryRun: true, limit: 0 },
    { ...all, dryRun: true, limit: limit.replaysMax + 1 },
    { ...all, dryRun: true, cursor: 'x' },
    { ...all, dryRun: true, what: 1 },
    { ...all, dryRun: true, outcome: 'lost' },
  ])('refuses %j', async (body) => {
    const { api, reached } = makeLogBox();
    expect((await problemOf(await askReplay(api, bulkPath, body), 422, 'input-invalid')).status).toBe(422);
    expect(reached).toEqual([]);
  });

  it('takes the largest limit', async () => {
    const { api } = makeLogBox();
    const response = await askReplay(api, bulkPath, { ...all, dryRun: true, limit: limit.replaysMax });
    expect(bulkReplayedSchema.parse(await response.json())).toEqual({
      dryRun: true,
      deliveries: [],
      cursor: null,
    });
  });

  it('goes on past a delivery that it can’t replay', async () => {
    const { api, send } = makeLogBox();
    await send(1);
    await send(2, 'push', otherSecret);
    await send(3);
    const response = await askReplay(api, bulkPath, { ...all, dryRun: false });
    const { deliveries } = bulkReplayedSchema.parse(await response.json());
    expect(deliveries.map(({ refused }) => refused === undefined)).toEqual([true, false, true]);
  });

  it('that is dry says of each delivery what the real one would: past its time it is refused', async () => {
    const { api, send } = makeLogBox({ keepBodySeconds });
    await send(1);
    vi.setSystemTime(start + keepBodySeconds * 1000);
    const refused = async (dryRun: boolean) => {
      const response = await askReplay(api, bulkPath, { ...all, dryRun });
      return bulkReplayedSchema.parse(await response.json()).deliveries[0]?.refused;
    };
    expect(await refused(true)).toContain('kept no longer');
    expect(await refused(false)).toBe(await refused(true));
  });
});

describe.each([bulkPath, replayPath(unknownId)])('%s', (path) => {
  it('takes POST alone', async () => {
    const { api } = makeLogBox();
    expect((await problemOf(await api(path), 405, 'method-not-allowed')).status).toBe(405);
  });

  it('knows no other source', async () => {
    const { api } = makeLogBox();
    expect(
      (await problemOf(await askReplay(api, path.replace('shop', 'none')), 404, 'not-found')).status,
    ).toBe(404);
  });

  it('refuses a malformed Idempotency-Key', async () => {
    const { api } = makeLogBox();
    expect(
      (await problemOf(await askReplay(api, path, {}, 'a b'), 400, 'idempotency-key-malformed')).status,
    ).toBe(400);
  });

  it('is a 503 where the log can’t be asked', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { api } = makeLogBox({}, 'all', { sourceObject: () => brokenSource });
    const body = path === bulkPath ? { since: new Date(start), until: new Date(), dryRun: true } : {};
    expect((await problemOf(await askReplay(api, path, body), 503, 'unavailable')).status).toBe(503);
    log.mockRestore();
  });
});
