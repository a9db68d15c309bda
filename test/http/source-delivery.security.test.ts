// The log of deliveries over the wire: who may see it, and what nobody sees.
import { describe, expect, it } from 'vitest';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { problemOf, rootKey, signed } from './box.ts';
import {
  makeLogBox,
  newest,
  otherSecret,
  readDelivery,
  shopSecret,
  stopClock,
  unknownId,
} from './delivery-box.ts';

stopClock();

const listPath = '/v1/sources/shop/deliveries';

describe.each([listPath, `${listPath}/${unknownId}`])('%s', (path) => {
  it.each([
    ['no key', {}],
    ['the secret of the source', { Authorization: `Bearer ${shopSecret}` }],
    ['a key that is nearly right', { Authorization: `Bearer ${rootKey}x` }],
  ])('is not for callers with %s, and reaches no object', async (_what, headers) => {
    const { ask, reached, asked } = makeLogBox();
    await problemOf(await ask(path, { headers }), 401, 'unauthorized');
    expect([reached, asked]).toEqual([[], []]);
  });

  it('tells those callers of no source whether there is one', async () => {
    const { ask } = makeLogBox();
    const problem = await problemOf(await ask(path.replace('shop', 'none')), 401, 'unauthorized');
    expect(problem.status).toBe(401);
  });

  it('is kept by no cache', async () => {
    const { api, send } = makeLogBox();
    const { id } = await send(1);
    const response = await api(path.replace(unknownId, id));
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
  });
});

it('a delivery of another source is a 404', async () => {
  const { api, send } = makeLogBox();
  const { id } = await send(1);
  const response = await api(`/v1/sources/other/deliveries/${id}`);
  expect((await problemOf(response, 404, 'not-found')).status).toBe(404);
});

it('a rejected delivery is shown without its signature, the right one, and any secret', async () => {
  const { api, post } = makeLogBox();
  const body = '{ "id": 2 }';
  const sent = { headers: { 'X-Note': shopSecret }, body };
  await post((await signed('shop', 'github', sent, otherSecret)).init);
  const { text, request } = await readDelivery(api, await newest(api));
  expect(request.headers['x-hub-signature-256']).toBe('[signature]');
  for (const key of [shopSecret, otherSecret]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(hex(await hmacSha256(key, body)));
  }
});

it('an accepted delivery is shown without its signature', async () => {
  const { api, send } = makeLogBox();
  const { id } = await send(3);
  const { text } = await readDelivery(api, id);
  expect(text).not.toContain(hex(await hmacSha256(shopSecret, '{ "id": 3 }')));
});

it('a secret that stands in an accepted body is shown as one', async () => {
  const { api, post } = makeLogBox({}, 'all');
  const { init } = await signed('shop', 'github', { body: `{ "note": "${otherSecret}" }` });
  await post(init);
  const { body, text } = await readDelivery(api, await newest(api));
  expect(body.text).toBe('{ "note": "[secret]" }');
  expect(text).not.toContain(otherSecret);
});
