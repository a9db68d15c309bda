// What a flood of forged deliveries costs, and what is kept of them: bounded, and no secret.
import { reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { steps } from '../fixture/workflow.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { boxOf, signed, sourceObject } from './box.ts';

const secret = 'fake-shop-secret-0123';
const everything = { from: '', before: 'g', max: 100 };

afterEach(async () => {
  await reset();
});

function makeBox(
  provider: string,
  options: { readonly bodyBytesMax?: number; readonly keepBodySeconds?: number } = {},
) {
  return boxOf({
    sources: [{ name: 'shop', provider, ...options }],
    listeners: [
      [steps, { source: 'shop', types: ['com.github.push', 'generic.*'], map: () => ({ count: 0 }) }],
    ],
  });
}

/** Everything that the object of the source has in its rows, as text. */
async function rows(): Promise<{ count: number; text: string }> {
  return runInDurableObject(sourceObject('shop'), (_object, { storage }) => {
    const all = [...storage.sql.exec('select entry, cast(body as text) as body from delivery')];
    return { count: all.length, text: JSON.stringify(all) };
  });
}

describe('a flood of 10 000 forged deliveries', () => {
  it('reaches no workflow object, costs a bounded number of requests, and all of it is counted', async () => {
    const start = Date.now();
    let now = start;
    const { ask, asked, reached, settled } = boxOf({
      sources: [{ name: 'shop', provider: 'github' }],
      listeners: [[steps, { source: 'shop' }]],
      now: () => new Date(now),
    });
    const forge = async () => {
      const headers = {
        'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}`,
        'Content-Type': 'application/json',
      };
      const response = await ask('/v1/hooks/shop', { method: 'POST', headers, body: '{}' });
      expect(response.status).toBe(401);
    };
    for (let batch = 0; batch < 100; batch += 1) await Promise.all(Array.from({ length: 100 }, forge));
    await settled();
    expect(reached).toEqual([]);
    expect(asked).toHaveLength(limit.deliveryRecordsPerMinuteMax);
    expect((await rows()).count).toBe(limit.deliveryRecordsPerMinuteMax);

    now = start + 60_000;
    await forge();
    await settled();
    const [newest] = await sourceObject('shop').deliveries(everything);
    expect(newest?.leftOut).toBe(10_000 - limit.deliveryRecordsPerMinuteMax);
  });
});

describe('what is kept of a rejected delivery', () => {
  it('has the reason, the request and the raw body, but no secret and no signature that would be right', async () => {
    const { ask, settled } = makeBox('github');
    const body = '{"id":1}';
    const expected = hex(await hmacSha256(secret, body));
    const headers = {
      'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}`,
      Authorization: `Bearer ${secret}`,
      'X-Note': `a ${secret} in it`,
      'X-GitHub-Event': 'push',
    };
    await ask(`/v1/hooks/shop?access=1&api_key=${secret}`, { method: 'POST', headers, body });
    await settled();
    const [logged] = await sourceObject('shop').deliveries(everything);
    expect(logged).toMatchObject({
      outcome: 'rejected',
      reason: 'no-match',
      leftOut: 0,
      request: {
        method: 'POST',
        url: 'https://box.example/v1/hooks/shop?access=1&api_key=-',
        headers: { 'x-github-event': 'push', 'x-note': 'a [secret] in it' },
      },
      body: { kind: 'bytes', length: 8 },
    });
    const { text } = await rows();
    expect(text).toContain('{\\"id\\":1}');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(expected);
  });

  it('has no token, though it was a wrong one', async () => {
    const { ask, settled } = makeBox('gitlab');
    await ask('/v1/hooks/shop', {
      method: 'POST',
      headers: { 'X-Gitlab-Token': 'fake-wrong-token' },
      body: '{}',
    });
    await settled();
    const { count, text } = await rows();
    expect(count).toBe(1);
    expect(text).not.toContain('fake-wrong-token');
  });

  it.each([
    ['at its bound', 0, 'bytes'],
    ['a byte past it', 1, 'digest'],
  ])('has a body %s as %s', async (_what, more, kind) => {
    const { ask, settled } = makeBox('github');
    const body = 'x'.repeat(limit.deliveryBodyBytesMax + more);
    await ask('/v1/hooks/shop', { method: 'POST', body });
    await settled();
    const [logged] = await sourceObject('shop').deliveries(everything);
    expect(logged?.body).toMatchObject({ kind, length: body.length });
  });

  it('has a body with a secret in it as its digest', async () => {
    const { ask, settled } = makeBox('github');
    await ask('/v1/hooks/shop', { method: 'POST', body: `{"oops":"${secret}"}` });
    await settled();
    const [logged] = await sourceObject('shop').deliveries(everything);
    expect(logged?.body.kind).toBe('digest');
    expect((await rows()).text).not.toContain(secret);
  });

  it('has no body where the source keeps none, or where it was not read', async () => {
    const none = makeBox('github', { keepBodySeconds: 0 });
    await none.ask('/v1/hooks/shop', { method: 'POST', body: '{}' });
    await none.settled();
    const long = makeBox('github', { bodyBytesMax: 1 });
    await long.ask('/v1/hooks/shop', { method: 'POST', body: '{}' });
    await long.settled();
    const logged = await sourceObject('shop').deliveries(everything);
    expect(logged.map(({ reason, body }) => [reason, body.kind])).toEqual(
      expect.arrayContaining([
        ['missing-signature', 'left-out'],
        ['body-too-large', 'left-out'],
      ]),
    );
  });
});

describe('what is kept of a genuine delivery that starts nothing', () => {
  it.each([
    ['a duplicate', { 'X-GitHub-Event': 'push' }, 2],
    ['a filtered one', { 'X-GitHub-Event': 'star' }, 1],
  ])('has no signature: %s', async (_what, headers, times) => {
    const { ask, settled } = makeBox('github');
    const { path, init } = await signed('shop', 'github', { headers, body: '{"id":1}' });
    for (let time = 0; time < times; time += 1) expect((await ask(path, init)).status).toBe(202);
    await settled();
    const { count, text } = await rows();
    expect(count).toBe(1);
    expect(text).not.toContain(init.headers.get('X-Hub-Signature-256')?.slice(7));
  });
});

describe('a flood at a source of tokens', () => {
  it('seals no more than is recorded, and writes a row for each record', async () => {
    const now = new Date();
    const { ask, asked, reached, settled } = boxOf({
      sources: [{ name: 'shop', provider: 'gitlab' }],
      listeners: [[steps, { source: 'shop' }]],
      now: () => now,
    });
    const seals = vi.spyOn(crypto.subtle, 'encrypt');
    const headers = { 'X-Gitlab-Token': 'fake-wrong-token', 'Content-Type': 'application/json' };
    for (let time = 0; time < 500; time += 1)
      expect((await ask('/v1/hooks/shop', { method: 'POST', headers, body: '{}' })).status).toBe(401);
    await settled();
    expect(seals).toHaveBeenCalledTimes(limit.deliveryRecordsPerMinuteMax);
    expect([asked.length, reached]).toEqual([limit.deliveryRecordsPerMinuteMax, []]);
    const written = await runInDurableObject(sourceObject('shop'), (_object, { storage }) =>
      storage.sql.exec('select count(*) as rows, max(turn) + 1 as writes from delivery').one(),
    );
    expect(written).toEqual({
      rows: limit.deliveryRecordsPerMinuteMax,
      writes: limit.deliveryRecordsPerMinuteMax,
    });
    seals.mockRestore();
  });

  it('of the longest tokens that are kept is bounded by the row: more is not sealed', async () => {
    const { ask, settled } = makeBox('gitlab');
    const headers = { 'X-Gitlab-Token': 't'.repeat(limit.deliveryHeaderLengthMax), 'X-Event': 'push' };
    await ask('/v1/hooks/shop', { method: 'POST', headers, body: '{}' });
    await settled();
    const { count, text } = await rows();
    expect([count, text.length < limit.deliveryHeaderLengthMax]).toEqual([1, true]);
  });
});
