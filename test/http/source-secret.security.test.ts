// Captured secrets and those who would like to have, replace or remove one.
import { reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { makeSeal } from '../../src/seal.ts';
import { deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { problemOf, rootKey, sourceObject, type Ask } from './box.ts';
import { firstSecret, forgetPath, makePairingBox, secondSecret, taskEvent } from './source-box.ts';

afterEach(async () => {
  await reset();
});

async function rowsOf(): Promise<string> {
  return runInDurableObject(sourceObject('tasks'), (_object, { storage }) =>
    JSON.stringify([
      ...storage.sql.exec('select * from secret'),
      ...storage.sql.exec('select entry, cast(body as text) from delivery'),
    ]),
  );
}

async function logged(api: Ask) {
  const text = await (await api('/v1/sources/tasks/deliveries')).text();
  return { text, deliveries: deliveryListSchema.parse(JSON.parse(text)).deliveries };
}

describe('the first secret that a handshake brings', () => {
  it('stays: another is refused, by the isolate that knows of it and by one that does not', async () => {
    const { api, send, shake } = makePairingBox();
    await shake(firstSecret);
    await problemOf(await shake(secondSecret), 401, 'not-genuine');
    await problemOf(await makePairingBox().shake(secondSecret), 401, 'not-genuine');
    expect((await send(secondSecret)).status).toBe(401);
    expect((await send(firstSecret)).status).toBe(202);
    const { deliveries } = await logged(api);
    expect(deliveries.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['paired', 'already-paired']),
    );
  });

  it('is one, though two come at once', async () => {
    const answers = await Promise.all([
      makePairingBox().shake(firstSecret),
      makePairingBox().shake(secondSecret),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));
    const winner = answers[0]?.status === 200 ? firstSecret : secondSecret;
    expect((await makePairingBox().send(winner)).status).toBe(202);
  });

  it('is one, though two come at once after it was forgotten', async () => {
    await makePairingBox().shake('fake-hook-secret-of-before');
    await makePairingBox().forget();
    const answers = await Promise.all([
      makePairingBox().shake(firstSecret),
      makePairingBox().shake(secondSecret),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));
  });

  it('is in no row and no answer', async () => {
    const { api, send, shake } = makePairingBox();
    await shake(firstSecret);
    await shake(secondSecret);
    await send(firstSecret);
    const shown = await (await api('/v1/sources/tasks')).text();
    for (const text of [await rowsOf(), shown, (await logged(api)).text]) {
      expect(text).not.toContain(firstSecret);
      expect(text).not.toContain(secondSecret);
      expect(text).not.toContain(hex(await hmacSha256(firstSecret, taskEvent)));
    }
  });

  it('is in no row where it came in the body', async () => {
    const { ask, settled } = makePairingBox({ provider: 'notion' });
    const hand = async (token: string) =>
      ask('/v1/hooks/tasks', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ verification_token: token }),
      });
    expect((await hand(firstSecret)).status).toBe(200);
    expect((await hand(secondSecret)).status).toBe(401);
    await settled();
    const rows = await rowsOf();
    expect(rows).toContain('already-paired');
    expect(rows).not.toContain(firstSecret);
    expect(rows).not.toContain(secondSecret);
  });

  const place = { purpose: 'paired-secret', source: 'tasks' } as const;

  it('can’t be opened with another root key', async () => {
    const seal = makeSeal(rootKey);
    const sealed = await seal.close(firstSecret, place);
    expect(await seal.open(sealed, place)).toBe(firstSecret);
    expect(sealed).not.toContain(btoa(firstSecret));
    expect(await makeSeal(`${rootKey}x`).open(sealed, place)).toBeUndefined();
  });

  it.each([
    ['of another source', { ...place, source: 'other' }],
    ['as another thing', { ...place, purpose: 'credential' }],
  ] as const)('can’t be opened %s, nor by leaving out what says so', async (_, other) => {
    const seal = makeSeal(rootKey);
    const sealed = await seal.close(firstSecret, place);
    expect(await seal.open(sealed, other)).toBeUndefined();
    expect(await seal.open(sealed.replace('2.', ''), other)).toBeUndefined();
    expect(await seal.open(sealed.replace('2.', ''), place)).toBeUndefined();
  });

  it('opens where it was sealed before seals were bound to their place', async () => {
    // By the code of before: makeSeal('fake-root-key-of-before').close('fake-secret-of-before').
    const sealed = 'HV/m2M6518vG5Deb5ySIW2sI85tWZAx7KEjoI5/yCODgL71bnrA5Wa/+EGTTwe8Fyw==';
    expect(await makeSeal('fake-root-key-of-before').open(sealed, place)).toBe('fake-secret-of-before');
  });

  it('proves nothing where its row was copied from another source', async () => {
    const copied = await makeSeal(rootKey).close(firstSecret, { ...place, source: 'other' });
    await sourceObject('tasks').capture(copied);
    expect((await makePairingBox().send(firstSecret)).status).toBe(401);
  });

  it('that another deployment sealed in a form not known here is no missing one: deliveries are put off', async () => {
    await sourceObject('tasks').capture('3.QUFB');
    const response = await makePairingBox().send(firstSecret);
    expect(response.status).toBe(503);
    await problemOf(response, 503, 'unavailable');
  });
});

describe('a secret is forgotten for the owner alone', () => {
  it.each([
    ['nobody', {}],
    ['who knows the secret', { Authorization: `Bearer ${firstSecret}` }],
    ['who has a part of the key', { Authorization: `Bearer ${rootKey.slice(0, -1)}` }],
  ])('not for %s', async (_who, headers) => {
    const { ask, asked, send, shake } = makePairingBox();
    await shake(firstSecret);
    asked.length = 0;
    await problemOf(await ask(forgetPath, { method: 'DELETE', headers }), 401, 'unauthorized');
    expect(asked).toEqual([]);
    expect((await send(firstSecret)).status).toBe(202);
  });
});

it('a source whose secret is declared takes none from a handshake', async () => {
  const { asked, shake, send } = makePairingBox({ secrets: ['SHOP_SECRET'] });
  await problemOf(await shake(firstSecret), 401, 'not-genuine');
  expect((await send('fake-shop-secret-0123')).status).toBe(202);
  // One record of the refusal: the secret was not asked for.
  expect(asked).toEqual(['tasks']);
});

it('a source that has no secret yet asks for it once a second at most', async () => {
  const moment = new Date();
  const { asked, send } = makePairingBox({ now: () => moment });
  for (let time = 0; time < 5; time += 1) expect((await send(firstSecret)).status).toBe(401);
  // Five records and one question.
  expect(asked).toHaveLength(6);
});

it('a flood at a paired source asks for the secret once in ten seconds', async () => {
  const moment = new Date();
  await makePairingBox().shake(firstSecret);
  const { asked, ask } = makePairingBox({ now: () => moment });
  const forge = async () => ask('/v1/hooks/tasks', { method: 'POST', body: taskEvent });
  for (let time = 0; time < 200; time += 1) expect((await forge()).status).toBe(401);
  // Thirty records and one question.
  expect(asked).toHaveLength(31);
});
