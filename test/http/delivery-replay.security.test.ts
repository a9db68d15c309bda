// Replays and those who must not have them; and what is kept of a token so that a delivery can be judged again: sealed, and shown to nobody.
import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { makeSeal } from '../../src/seal.ts';
import { problemOf, rootKey, signed, sourceObject } from './box.ts';
import {
  askReplay,
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

const everything = { from: '', before: 'g', max: 100 };

/** All that the source's object has in its rows. */
async function rows(): Promise<string> {
  return runInDurableObject(sourceObject('shop'), (_object, { storage }) =>
    JSON.stringify([...storage.sql.exec('select entry, cast(body as text) from delivery')]),
  );
}

describe.each([bulkPath, replayPath(unknownId)])('%s', (path) => {
  it.each([
    ['no key', {}],
    ['the secret of the source', { Authorization: `Bearer ${shopSecret}` }],
    ['a key that is nearly right', { Authorization: `Bearer ${rootKey.slice(0, -1)}` }],
  ])('is not for callers with %s, and reaches no object', async (_what, headers) => {
    const { ask, reached, asked } = makeLogBox();
    const response = await ask(path, { method: 'POST', headers, body: '{}' });
    await problemOf(response, 401, 'unauthorized');
    expect([reached, asked]).toEqual([[], []]);
  });
});

const gitlab = (token: string) => ({
  headers: { 'Content-Type': 'application/json', 'X-Gitlab-Token': token },
  body: '{"object_kind":"push","id":1}',
});

describe('the token of a rejected delivery', () => {
  const place = { purpose: 'credential', source: 'shop' } as const;

  it.each([
    ['in a header', 'gitlab', '', { 'X-Gitlab-Token': otherSecret }],
    ['in the query', 'mailchimp', `?secret=${otherSecret}`, {}],
    [
      'in a header that is always one of credentials',
      'ms-teams',
      '',
      { Authorization: `HMAC ${btoa(otherSecret)}` },
    ],
  ])('%s is in no row and no answer in clear', async (_place, provider, query, headers) => {
    const { api, post } = makeLogBox({ provider }, 'all');
    await post({ headers: { 'Content-Type': 'application/json', ...headers }, body: '{"id":1}' }, query);
    const { text, request } = await readDelivery(api, await newest(api));
    expect(request).not.toHaveProperty('sealed');
    const [logged] = await sourceObject('shop').deliveries(everything);
    const sealed = logged?.request.sealed ?? '';
    expect(sealed).not.toBe('');
    for (const shown of [text, await rows(), atob(sealed.replace('2.', ''))]) {
      expect(shown).not.toContain(otherSecret);
      expect(shown).not.toContain(btoa(otherSecret));
    }
    expect(text).not.toContain(sealed);
  });

  it('can’t be opened with another root key', async () => {
    const { post } = makeLogBox({ provider: 'gitlab' }, 'all');
    await post(gitlab(otherSecret));
    const [logged] = await sourceObject('shop').deliveries(everything);
    const sealed = logged?.request.sealed ?? '';
    expect(await makeSeal(rootKey).open(sealed, place)).toContain(otherSecret);
    expect(await makeSeal(`${rootKey}x`).open(sealed, place)).toBeUndefined();
  });

  it.each([
    ['under another root key', `${rootKey}x`, place],
    ['for another source', rootKey, { ...place, source: 'other' }],
    ['for another purpose', rootKey, { ...place, purpose: 'paired-secret' }],
  ] as const)('that was sealed %s is a refusal that says so', async (_, key, sealedFor) => {
    const { api, post } = makeLogBox({ provider: 'gitlab' }, 'all');
    await post(gitlab(otherSecret));
    const [logged] = await sourceObject('shop').deliveries(everything);
    if (logged === undefined) throw new Error('not logged');
    const sealed = await makeSeal(key).close('{"headers":{}}', sealedFor);
    await sourceObject('shop').record({
      ring: 'unproven',
      delivery: { ...logged, id: unknownId, request: { ...logged.request, sealed } },
      bytes: new ArrayBuffer(2),
      keepUntil: start + 1e9,
    });
    const problem = await problemOf(await askReplay(api, replayPath(unknownId)), 409, 'conflict');
    expect(problem.detail).toContain('another root key');
    const { diagnosis } = await readDelivery(api, unknownId);
    expect(diagnosis).toEqual([{ kind: 'unexplained', detail: expect.stringContaining('another root key') }]);
  });

  it('is not kept where the delivery was genuine', async () => {
    const { post, send } = makeLogBox({ provider: 'gitlab' }, []);
    await post(gitlab(shopSecret));
    await send(1);
    const logged = await sourceObject('shop').deliveries(everything);
    expect(logged.find(({ outcome }) => outcome === 'filtered')?.request.sealed).toBeUndefined();
  });

  it('is not kept where the source keeps no body to judge with it', async () => {
    const { post } = makeLogBox({ provider: 'gitlab', keepBodySeconds: 0 }, 'all');
    await post(gitlab(otherSecret));
    const [logged] = await sourceObject('shop').deliveries(everything);
    expect(logged?.request.sealed).toBeUndefined();
  });

  it.each([
    ['at the bound of kept headers', 0, true],
    ['past it', 1, false],
  ])('%s: kept or not', async (_what, more, isKept) => {
    const { post } = makeLogBox({ provider: 'gitlab' }, 'all');
    const room = limit.deliveryHeaderLengthMax - 'x-gitlab-token'.length;
    await post(gitlab('t'.repeat(room + more)));
    const [logged] = await sourceObject('shop').deliveries(everything);
    expect(logged?.request.sealed !== undefined).toBe(isKept);
  });

  it('names the other secret of the box that it is, for the owner', async () => {
    const { api, post } = makeLogBox({ provider: 'gitlab' }, 'all');
    await post(gitlab(otherSecret));
    const { diagnosis, text } = await readDelivery(api, await newest(api));
    expect(diagnosis).toMatchObject([{ kind: 'wrong-secret', secret: 'OTHER_SECRET' }]);
    expect(text).not.toContain(otherSecret);
  });
});

it('a delivery that was genuine by a token keeps none in the execution that its replay starts', async () => {
  const { post } = makeLogBox({ provider: 'gitlab' }, 'all');
  await post(gitlab(otherSecret));
  const mended = makeLogBox({ provider: 'gitlab', secrets: ['OTHER_SECRET'] }, 'all');
  await replay(mended.api, await newest(mended.api));
  const accepted = await mended.api('/v1/sources/shop/deliveries?outcome=accepted');
  const text = await accepted.text();
  expect(text).toContain('authenticated');
  expect(text).not.toContain(otherSecret);
});

it('a forged delivery stays one, however often it is replayed', async () => {
  const { api, post } = makeLogBox();
  const { init } = await signed('shop', 'github', { body: '{ "id": 1 }' }, 'fake-forged-secret');
  await post(init);
  const id = await newest(api);
  for (let time = 0; time < 3; time += 1)
    await problemOf(await askReplay(api, replayPath(id), {}, `key-${time}`), 409, 'conflict');
  expect(await executionIds(api)).toEqual([]);
});

it('an old genuine delivery that was rejected as stale is not made young by a replay', async () => {
  const { api, post } = makeLogBox({ provider: 'slack' }, 'all');
  const { init } = await signed('shop', 'slack', { body: '{"event_id":"Ev1"}' });
  vi.setSystemTime(start + 301_000);
  expect((await post(init)).status).toBe(401);
  const problem = await problemOf(await askReplay(api, replayPath(await newest(api))), 409, 'conflict');
  expect(problem.detail).toContain('stale-timestamp');
});
