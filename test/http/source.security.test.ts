// The declared sources: for whom they are, and what nobody sees of them.
import { describe, expect, it } from 'vitest';
import { problemOf, rootKey } from './box.ts';
import { makeLogBox, otherSecret, shopSecret, stopClock } from './delivery-box.ts';

stopClock();

describe.each(['/v1/sources', '/v1/sources/shop', '/v1/sources/none'])('%s', (path) => {
  it.each([
    ['no key', {}],
    ['the secret of the source', { Authorization: `Bearer ${shopSecret}` }],
    ['a part of the key', { Authorization: `Bearer ${rootKey.slice(1)}` }],
  ])('is not for callers with %s, and reaches no object', async (_what, headers) => {
    const { ask, reached, asked } = makeLogBox();
    await problemOf(await ask(path, { headers }), 401, 'unauthorized');
    expect([reached, asked]).toEqual([[], []]);
  });
});

it.each(['/v1/sources', '/v1/sources/shop'])('%s shows no secret', async (path) => {
  const { api, send } = makeLogBox({ secrets: ['SHOP_SECRET', 'OTHER_SECRET'] });
  await send(1);
  await send(2, 'push', otherSecret);
  const text = await (await api(path)).text();
  expect(text).toContain('shop');
  for (const secret of [shopSecret, otherSecret]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(btoa(secret));
  }
});
