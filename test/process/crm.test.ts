import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Crm, startCrm } from '../../scripts/local/crm-process.ts';
import { makeTempFolder, type TempFolder } from '../../scripts/local/temp-folder.ts';

let folder: TempFolder;
let crm: Crm;
beforeEach(async () => {
  folder = makeTempFolder();
  crm = await startCrm({
    log: join(folder.path, 'crm.log'),
    tokens: ['fake-token'],
    indexingMs: 60_000,
  });
});
afterEach(async () => {
  await crm.child.end('SIGKILL');
  folder[Symbol.dispose]();
});

async function order(
  key: string | undefined,
  body = '{"number":"#1"}',
  token = 'fake-token',
): Promise<Response> {
  return fetch(`${crm.url}/orders`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
    body,
  });
}

it('answers 503 twice for each key, then makes the order once and replays its answer', async () => {
  const answers = [];
  for (const key of ['a', 'a', 'a', 'a', 'b']) answers.push(await order(key));

  expect(answers.map(({ status }) => status)).toEqual([503, 503, 201, 201, 503]);
  expect(answers[0]?.headers.get('Retry-After')).toBe('1');
  expect(await answers[2]?.json()).toEqual({ id: 'ord_1' });
  expect(await answers[3]?.json()).toEqual({ id: 'ord_1' });
  expect(crm.log().map(({ key, effect }) => [key, effect])).toEqual([
    ['a', 'refused'],
    ['a', 'refused'],
    ['a', 'created'],
    ['a', 'replayed'],
    ['b', 'refused'],
  ]);
});

it('refuses a key that comes with another body, a write without a key, and a wrong token', async () => {
  for (let time = 0; time < 3; time += 1) await order('a');
  const refused = [
    await order('a', '{"number":"#2"}'),
    await order(undefined),
    await order('a', '{}', 'wrong'),
  ];

  expect(refused.map(({ status }) => status)).toEqual([422, 400, 401]);
  expect(crm.log().filter(({ effect }) => effect === 'created')).toHaveLength(1);
});

it('says processing until the order is indexed', async () => {
  for (let time = 0; time < 3; time += 1) await order('a');
  const answer = await fetch(`${crm.url}/orders/ord_1/index`, {
    headers: { Authorization: 'Bearer fake-token' },
  });

  expect(await answer.json()).toEqual({ id: 'ord_1', status: 'processing' });
});

it('shows the same log over HTTP as in its file', async () => {
  await order('a');
  const text = await (await fetch(`${crm.url}/log`)).text();

  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(crm.log());
});

it('knows after a restart what it knew before', async () => {
  const answers = [await order('a'), await order('a')];
  await crm.child.end('SIGKILL');
  crm = await startCrm({ log: join(folder.path, 'crm.log'), tokens: ['fake-token'], indexingMs: 60_000 });
  for (let time = 0; time < 2; time += 1) answers.push(await order('a'));
  await crm.child.end('SIGKILL');
  crm = await startCrm({ log: join(folder.path, 'crm.log'), tokens: ['fake-token'], indexingMs: 0 });
  answers.push(await order('a'));
  const index = await fetch(`${crm.url}/orders/ord_1/index`, {
    headers: { Authorization: 'Bearer fake-token' },
  });

  expect(answers.map(({ status }) => status)).toEqual([503, 503, 201, 201, 201]);
  expect(crm.log().map(({ effect }) => effect)).toEqual([
    'refused',
    'refused',
    'created',
    'replayed',
    'replayed',
    'read',
  ]);
  expect(await index.json()).toEqual({ id: 'ord_1', status: 'indexed' });
});
