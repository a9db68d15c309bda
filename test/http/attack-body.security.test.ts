// Bodies that mean one thing to who signs them and another to who reads them: bytes count, and nothing is made of them on the way.
import { describe, expect, it } from 'vitest';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { rich } from '../fixture/workflow.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { api, boxOf, problemOf, signed } from './box.ts';

const secret = 'fake-shop-secret-0123';

function boxFor(provider: string) {
  return boxOf({ sources: [{ name: 'shop', provider }], listeners: [[rich, { source: 'shop' }]] });
}

/** Sends a genuine delivery of the generic vendor, and gives what it started. */
async function start(body: string) {
  const { ask } = boxFor('generic');
  const { path, init } = await signed('shop', 'generic', { body });
  const response = await ask(path, init);
  expect(response.status).toBe(202);
  return deliveryAcceptedSchema.parse(await response.json());
}

it('a byte of a signed body that is no text may not become another such byte (BD-01)', async () => {
  const { ask, reached } = boxFor('github');
  const mac = hex(await hmacSha256(secret, new Uint8Array([0x22, 0xff, 0x22])));
  const send = async (body: Uint8Array) =>
    ask('/v1/hooks/shop', {
      method: 'POST',
      headers: { 'X-Hub-Signature-256': `sha256=${mac}`, 'Content-Type': 'application/json' },
      body,
    });

  await problemOf(await send(new Uint8Array([0x22, 0xfe, 0x22])), 401, 'not-genuine');
  await problemOf(await send(new Uint8Array([0x22, 0xff, 0x22])), 400, 'body-unreadable');
  expect(reached).toEqual([]);
});

it('a byte-order mark that was signed does not go missing on the way (BD-03)', async () => {
  const { ask, reached } = boxFor('github');
  const mac = hex(await hmacSha256(secret, '\uFEFF{}'));
  const headers = { 'X-Hub-Signature-256': `sha256=${mac}`, 'Content-Type': 'application/json' };

  await problemOf(await ask('/v1/hooks/shop', { method: 'POST', headers, body: '{}' }), 401, 'not-genuine');
  await problemOf(
    await ask('/v1/hooks/shop', { method: 'POST', headers, body: '\uFEFF{}' }),
    400,
    'body-unreadable',
  );
  expect(reached).toEqual([]);
});

describe('two ids are two events', () => {
  const tail = crypto.randomUUID();

  it.each([
    ['which look the same (BD-06)', `{"id":"\u00e9-${tail}"}`, `{"id":"e\u0301-${tail}"}`],
    ['which differ in case', `{"id":"a-${tail}"}`, `{"id":"A-${tail}"}`],
    ['which differ in a space at the end', `{"id":"b-${tail}"}`, `{"id":"b-${tail} "}`],
    ['which no double can tell apart (BD-26)', '{"id":9007199254740993}', '{"id":9007199254740992}'],
  ])('%s', async (_, one, other) => {
    const [first, second] = [await start(one), await start(other)];

    expect(second.duplicate).toBeUndefined();
    expect(second.executions[0]?.id).not.toBe(first.executions[0]?.id);
    expect((await start(one)).executions[0]?.id).toBe(first.executions[0]?.id);
    expect((await start(other)).executions[0]?.id).toBe(second.executions[0]?.id);
  });
});

it.each(['\\ud800', '\\udc00x', 'a\\ud800b'])(
  'an id with the lone surrogate %s is a 400: stored, all of them would be one (WH-27)',
  async (id) => {
    const { ask, reached } = boxFor('generic');
    const { path, init } = await signed('shop', 'generic', { body: `{"id":"${id}"}` });

    await problemOf(await ask(path, init), 400, 'body-unreadable');
    expect(reached).toEqual([]);
  },
);

it.each([
  ['of 10 KB', 'x'.repeat(10_240), 400],
  ['of 513 bytes', 'x'.repeat(513), 400],
  ['of 512 bytes', crypto.randomUUID().padEnd(512, 'x'), 202],
  ['of percent signs, which decode to no character', `%ED%A0%80%00-${crypto.randomUUID()}`, 202],
])('a signed id in a header %s is a %3$i (WH-27)', async (_, id, status) => {
  const { ask } = boxFor('standardwebhooks');
  const { path, init } = await signed('shop', 'standardwebhooks', {
    headers: { 'webhook-id': id },
    body: '{}',
  });
  const response = await ask(path, init);

  expect(response.status).toBe(status);
  if (status === 202) expect(deliveryAcceptedSchema.parse(await response.json()).event).toBe(id);
});

describe('a form where a vendor sends one', () => {
  const json = JSON.stringify({ zen: 'Ünïcödé & more', id: crypto.randomUUID() });
  const body = new URLSearchParams({ payload: json }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-GitHub-Event': 'push' };

  it('is read from its field (BD-31)', async () => {
    const { ask } = boxFor('github');
    const { path, init } = await signed('shop', 'github', { headers, body });

    expect((await ask(path, init)).status).toBe(202);
  });

  it.each([
    ['its percent signs are written in lower case', body.replaceAll(/%../g, (code) => code.toLowerCase())],
    ['its spaces are written otherwise', body.replaceAll('+', '%20')],
    ['it has another field', `${body}&a=b`],
    ['its JSON comes bare', json],
  ])('is signed as it came: not genuine where %s (BD-31)', async (_, other) => {
    const { ask, reached } = boxFor('github');
    const { path, init } = await signed('shop', 'github', { headers, body });

    expect(other).not.toBe(body);
    await problemOf(await ask(path, { ...init, body: other }), 401, 'not-genuine');
    expect(reached).toEqual([]);
  });
});

it('what a browser would run is JSON when it is shown, and nothing else (BD-36)', async () => {
  const id = `</script><img src=x onerror=alert(1)>\u2028\u2029-${crypto.randomUUID()}`;
  const { executions } = await start(JSON.stringify({ id }));
  const response = await api(executions[0]?.statusUrl ?? '');

  expect(await response.json()).toMatchObject({ event: { id } });
  expect(response.headers.get('Content-Type')).toBe('application/json');
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'");
});
