// Handshakes that hand a secret over: captured once, used from then on, until it is forgotten.
import { evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { executionPath } from '../../src/core/execution.ts';
import { PairedSecret } from '../../src/http/paired-secret.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { sourceDetailSchema } from '../../src/http/routes/source.ts';
import { makeSeal } from '../../src/seal.ts';
import { rootKey, sourceObject } from './box.ts';
import { firstSecret, makePairingBox, secondSecret } from './source-box.ts';

afterEach(async () => {
  await reset();
});

describe('the first secret that a handshake brings', () => {
  it('is echoed as the vendor wants it, and proves deliveries from then on', async () => {
    const { send, shake } = makePairingBox();
    const response = await shake(firstSecret);
    expect([response.status, response.headers.get('X-Hook-Secret')]).toEqual([200, firstSecret]);
    const accepted = deliveryAcceptedSchema.parse(await (await send(firstSecret)).json());
    expect(accepted.executions[0]?.statusUrl).toBe(executionPath(accepted.executions[0]?.id ?? ''));
  });

  it('proves deliveries in every isolate, and after an eviction of its object', async () => {
    await makePairingBox().shake(firstSecret);
    await evictDurableObject(sourceObject('tasks'));
    expect((await makePairingBox().send(firstSecret)).status).toBe(202);
    expect((await makePairingBox().send(secondSecret)).status).toBe(401);
  });

  it('is shown by name', async () => {
    const { api, send, shake } = makePairingBox();
    await shake(firstSecret);
    await send(firstSecret);
    const { secrets } = sourceDetailSchema.parse(await (await api('/v1/sources/tasks')).json());
    expect(secrets).toMatchObject([{ name: 'handshake', lastUsedAt: expect.any(String), expired: false }]);
  });
});

describe('a captured secret that is forgotten', () => {
  it('proves nothing any more, and the next handshake brings another', async () => {
    const { forget, send, shake } = makePairingBox();
    await shake(firstSecret);
    const response = await forget();
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect((await send(firstSecret)).status).toBe(401);
    expect((await shake(secondSecret)).status).toBe(200);
    expect([(await send(firstSecret)).status, (await send(secondSecret)).status]).toEqual([401, 202]);
  });

  it('is shown no more', async () => {
    const { api, forget, shake } = makePairingBox();
    await shake(firstSecret);
    await forget();
    const { secrets } = sourceDetailSchema.parse(await (await api('/v1/sources/tasks')).json());
    expect(secrets).toEqual([]);
  });

  it('proves deliveries in another isolate for ten seconds at most', async () => {
    let now = Date.now();
    const { forget, shake } = makePairingBox();
    await shake(firstSecret);
    const elsewhere = makePairingBox({ now: () => new Date(now) });
    expect((await elsewhere.send(firstSecret)).status).toBe(202);
    await forget();
    now += 9_999;
    expect((await elsewhere.send(firstSecret)).status).toBe(202);
    now += 1;
    expect((await elsewhere.send(firstSecret)).status).toBe(401);
    expect((await elsewhere.shake(secondSecret)).status).toBe(200);
  });

  it('can be forgotten again, or where there was none: 204', async () => {
    const { forget, shake } = makePairingBox();
    expect((await forget()).status).toBe(204);
    await shake(firstSecret);
    expect([(await forget()).status, (await forget()).status]).toEqual([204, 204]);
  });

  it('may be one of before the source’s secrets were declared', async () => {
    await makePairingBox().shake(firstSecret);
    expect((await makePairingBox({ secrets: ['SHOP_SECRET'] }).forget()).status).toBe(204);
    expect(await sourceObject('tasks').captured()).toBeUndefined();
  });

  it('makes room for another where it was sealed with another root key', async () => {
    await sourceObject('tasks').capture(
      await makeSeal(`${rootKey}x`).close(firstSecret, { purpose: 'paired-secret', source: 'tasks' }),
    );
    const { forget, shake } = makePairingBox();
    expect((await shake(secondSecret)).status).toBe(401);
    await forget();
    expect((await shake(secondSecret)).status).toBe(200);
  });
});

describe('a paired secret', () => {
  const seal = makeSeal(rootKey);

  /** An object in memory that counts how often it is asked for the secret. */
  function makeObject() {
    let kept: string | undefined;
    const object = {
      questions: 0,
      isBroken: false,
      capture: async (sealed: string) => (kept ??= sealed),
      captured: async () => {
        object.questions += 1;
        if (object.isBroken) throw new Error('fake outage');
        return kept;
      },
      forget: async () => {
        kept = undefined;
      },
    };
    return object;
  }

  it('is asked for again a second after it was not there', async () => {
    const object = makeObject();
    const reader = new PairedSecret('tasks', () => object, seal);
    expect([await reader.read(0), await reader.read(999)]).toEqual([undefined, undefined]);
    expect(object.questions).toBe(1);
    await new PairedSecret('tasks', () => object, seal).capture(firstSecret);
    expect(await reader.read(1_000)).toBe(firstSecret);
    expect(object.questions).toBe(2);
  });

  it('is asked for once in ten seconds where it is known', async () => {
    const object = makeObject();
    await new PairedSecret('tasks', () => object, seal).capture(firstSecret);
    const reader = new PairedSecret('tasks', () => object, seal);
    for (const now of [0, 1, 9_999]) expect(await reader.read(now)).toBe(firstSecret);
    expect(object.questions).toBe(1);
    await reader.read(10_000);
    expect(object.questions).toBe(2);
  });

  it('that is known goes on while its object can’t be asked', async () => {
    const object = makeObject();
    await new PairedSecret('tasks', () => object, seal).capture(firstSecret);
    const reader = new PairedSecret('tasks', () => object, seal);
    await reader.read(0);
    object.isBroken = true;
    expect(await reader.read(10_000)).toBe(firstSecret);
    expect(await reader.read(10_001)).toBe(firstSecret);
    expect(object.questions).toBe(2);
  });

  it('is captured once; the same again is the same', async () => {
    const object = makeObject();
    const capture = async (secret: string) => new PairedSecret('tasks', () => object, seal).capture(secret);
    expect(await capture(firstSecret)).toBe(true);
    expect(await capture(firstSecret)).toBe(true);
    expect(await capture(secondSecret)).toBe(false);
  });
});
