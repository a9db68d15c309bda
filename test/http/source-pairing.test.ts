// Handshakes that hand a secret over: captured once, sealed, used from then on, and never shown.
import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { executionPath } from '../../src/core/execution.ts';
import { PairedSecret } from '../../src/http/paired-secret.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { sourceDetailSchema } from '../../src/http/routes/source.ts';
import { deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { makeSeal } from '../../src/seal.ts';
import { steps } from '../fixture/workflow.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { boxOf, problemOf, rootKey, sourceObject, type Ask } from './box.ts';

const first = 'fake-hook-secret-of-the-first';
const second = 'fake-hook-secret-of-the-second';
const event = JSON.stringify({
  events: [{ resource: { gid: '1' }, action: 'added', created_at: '2026-11-21T09:00:00Z' }],
});

afterEach(async () => {
  await reset();
});

/** A box, or another isolate of the same one. */
function makeBox(provider = 'asana', secrets: string[] = [], now = () => new Date()) {
  const box = boxOf({
    now,
    sources: [{ name: 'tasks', provider, secrets }],
    listeners: [[steps, { source: 'tasks', map: () => ({ count: 0 }) }]],
  });
  const shake = async (secret: string) =>
    box.ask('/v1/hooks/tasks', { method: 'POST', headers: { 'X-Hook-Secret': secret } });
  const send = async (secret: string) =>
    box.ask('/v1/hooks/tasks', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Hook-Signature': hex(await hmacSha256(secret, event)),
      },
      body: event,
    });
  return { ...box, shake, send };
}

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
  it('is echoed as the vendor wants it, and proves deliveries from then on, in every isolate', async () => {
    const { send, shake, settled } = makeBox();
    const response = await shake(first);
    expect([response.status, response.headers.get('X-Hook-Secret')]).toEqual([200, first]);
    const accepted = deliveryAcceptedSchema.parse(await (await send(first)).json());
    expect(accepted.executions[0]?.statusUrl).toBe(executionPath(accepted.executions[0]?.id ?? ''));
    await settled();
    await evictDurableObject(sourceObject('tasks'));
    expect((await makeBox().send(first)).status).toBe(202);
    expect((await makeBox().send(second)).status).toBe(401);
  });

  it('stays: another is refused, by the isolate that knows of it and by one that does not', async () => {
    const { api, send, shake, settled } = makeBox();
    await shake(first);
    await problemOf(await shake(second), 401, 'not-genuine');
    const elsewhere = makeBox();
    await problemOf(await elsewhere.shake(second), 401, 'not-genuine');
    await elsewhere.settled();
    expect((await send(second)).status).toBe(401);
    expect((await send(first)).status).toBe(202);
    await settled();
    const { deliveries } = await logged(api);
    expect(deliveries.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['paired', 'already-paired']),
    );
  });

  it('is one, though two come at once', async () => {
    const answers = await Promise.all([makeBox().shake(first), makeBox().shake(second)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));
    const winner = answers[0]?.status === 200 ? first : second;
    expect((await makeBox().send(winner)).status).toBe(202);
  });

  it('is in no row and no answer', async () => {
    const { api, send, shake, settled } = makeBox();
    await shake(first);
    await shake(second);
    await send(first);
    await settled();
    const shown = await (await api('/v1/sources/tasks')).text();
    const { secrets } = sourceDetailSchema.parse(JSON.parse(shown));
    expect(secrets).toMatchObject([{ name: 'handshake', lastUsedAt: expect.any(String), expired: false }]);
    for (const text of [await rowsOf(), shown, (await logged(api)).text]) {
      expect(text).not.toContain(first);
      expect(text).not.toContain(second);
      expect(text).not.toContain(hex(await hmacSha256(first, event)));
    }
  });

  it('is in no row where it came in the body', async () => {
    const { ask, settled } = makeBox('notion');
    const hand = async (token: string) =>
      ask('/v1/hooks/tasks', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ verification_token: token }),
      });
    expect((await hand(first)).status).toBe(200);
    expect((await hand(second)).status).toBe(401);
    await settled();
    const rows = await rowsOf();
    expect(rows).toContain('already-paired');
    expect(rows).not.toContain(first);
    expect(rows).not.toContain(second);
  });
});

it('a source whose secret is declared takes none from a handshake', async () => {
  const { asked, shake, send } = makeBox('asana', ['SHOP_SECRET']);
  await problemOf(await shake(first), 401, 'not-genuine');
  expect((await send('fake-shop-secret-0123')).status).toBe(202);
  // One record of the refusal: the secret was not asked for.
  expect(asked).toEqual(['tasks']);
});

it('a source that has no secret yet asks for it once a second at most', async () => {
  const moment = new Date();
  const { asked, send, settled } = makeBox('asana', [], () => moment);
  for (let time = 0; time < 5; time += 1) expect((await send(first)).status).toBe(401);
  await settled();
  // Five records and one question.
  expect(asked).toHaveLength(6);
});

describe('a paired secret', () => {
  const seal = makeSeal(rootKey);

  it('can’t be opened with another root key', async () => {
    const sealed = await seal.close(first);
    expect(await seal.open(sealed)).toBe(first);
    expect(sealed).not.toContain(btoa(first));
    expect(await makeSeal(`${rootKey}x`).open(sealed)).toBeUndefined();
  });

  it('is read once by an isolate, and asked for again a second after it was not there', async () => {
    let kept: string | undefined;
    let questions = 0;
    const object = {
      capture: async (sealed: string) => (kept ??= sealed),
      captured: async () => {
        questions += 1;
        return kept;
      },
    };
    const reader = new PairedSecret(() => object, seal);
    expect([await reader.read(0), await reader.read(999)]).toEqual([undefined, undefined]);
    expect(questions).toBe(1);
    expect(await new PairedSecret(() => object, seal).capture(first)).toBe(true);
    expect(await new PairedSecret(() => object, seal).capture(first)).toBe(true);
    expect(await new PairedSecret(() => object, seal).capture(second)).toBe(false);
    expect([await reader.read(1_000), await reader.read(1_000)]).toEqual([first, first]);
    expect(questions).toBe(2);
  });

  it('that can’t be asked for makes the delivery a 503, which the vendor sends again', async () => {
    const { send } = boxWithoutObject();
    expect((await problemOf(await send(), 503, 'unavailable')).status).toBe(503);
  });
});

/** A box whose source object is not to be had. */
function boxWithoutObject() {
  const { ask } = boxOf({
    sources: [{ name: 'tasks', provider: 'asana', secrets: [] }],
    sourceObject: () => {
      throw new Error('fake outage');
    },
  });
  return { send: async () => ask('/v1/hooks/tasks', { method: 'POST', body: event }) };
}
