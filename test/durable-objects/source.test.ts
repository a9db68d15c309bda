// A source's object: rings that overwrite their oldest, and raw bodies that are dropped when their time is over.
import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatDeliveryId } from '../../src/core/delivery.ts';
import type { LoggedDelivery, Ring } from '../../src/core/delivery-log.ts';
import { limit } from '../../src/core/limit.ts';
import { sourceObject } from '../http/box.ts';

const everything = { from: '', before: 'g', max: 100 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

function deliveryAt(receivedAt: number, more: Partial<LoggedDelivery> = {}): LoggedDelivery {
  return {
    id: formatDeliveryId(receivedAt, crypto.getRandomValues(new Uint8Array(10))),
    receivedAt,
    outcome: 'rejected',
    latencyMs: 0,
    events: [],
    executions: [],
    request: { method: 'POST', url: '', headers: {}, headersLeftOut: 0 },
    body: { kind: 'left-out', length: 0 },
    leftOut: 0,
    ...more,
  };
}

async function countRows(): Promise<unknown> {
  return runInDurableObject(sourceObject('shop'), (_object, { storage }) =>
    storage.sql.exec('select count(*) as count from delivery').one(),
  );
}

describe('a ring', () => {
  it('overwrites its oldest row when it is full, and goes on where it was after an eviction', async () => {
    const source = sourceObject('shop');
    const record = async (at: number, ring: Ring = 'unproven') =>
      source.record({ ring, delivery: deliveryAt(at) });
    const total = limit.deliveryRingRowsMax + 2;
    await record(1, 'proven');
    for (let at = 1; at <= limit.deliveryRingRowsMax; at += 1) await record(at);
    await evictDurableObject(source);
    for (let at = limit.deliveryRingRowsMax + 1; at <= total; at += 1) await record(at);

    expect(await countRows()).toEqual({ count: limit.deliveryRingRowsMax + 1 });
    const [newest] = await source.deliveries(everything);
    expect(newest?.receivedAt).toBe(total);
    const oldest = await source.deliveries({
      ...everything,
      before: formatDeliveryId(5, new Uint8Array(10)),
    });
    // 1 and 2 were overwritten; the other ring has its 1 still.
    expect(oldest.map(({ receivedAt }) => receivedAt)).toEqual([4, 3, 1]);
  });

  it('writes one row a record', async () => {
    await runInDurableObject(sourceObject('shop'), async (object, { storage }) => {
      const exec = vi.spyOn(Object.getPrototypeOf(storage.sql) as SqlStorage, 'exec');
      await (object as unknown as ReturnType<typeof sourceObject>).record({
        ring: 'proven',
        delivery: deliveryAt(1),
      });
      const written = exec.mock.results.map(({ value }) => (value as SqlStorageCursor<never>).rowsWritten);
      exec.mockRestore();
      expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(1);
    });
  });
});

describe('a list', () => {
  it('is newest first, within its bounds, and of one outcome where one is named', async () => {
    const source = sourceObject('shop');
    const deliveries = [1, 2, 3, 4].map((at) =>
      deliveryAt(at, { outcome: at % 2 === 0 ? 'filtered' : 'rejected' }),
    );
    for (const delivery of deliveries) await source.record({ ring: 'proven', delivery });
    const times = async (question: Partial<typeof everything> & { outcome?: 'filtered' }) =>
      (await source.deliveries({ ...everything, ...question })).map(({ receivedAt }) => receivedAt);

    expect(await times({})).toEqual([4, 3, 2, 1]);
    expect(await times({ max: 2 })).toEqual([4, 3]);
    expect(await times({ before: deliveries[3]?.id ?? '', from: deliveries[1]?.id ?? '' })).toEqual([3, 2]);
    expect(await times({ outcome: 'filtered' })).toEqual([4, 2]);
  });
});

describe('a raw body', () => {
  const bytes = Uint8Array.from(new TextEncoder().encode('{"a":1}')).buffer;

  it('is given until its time is over, and dropped by the alarm after it', async () => {
    const source = sourceObject('shop');
    const delivery = deliveryAt(Date.now(), { body: { kind: 'bytes', length: 7 } });
    const keepUntil = Date.now() + 10_000;
    await source.record({ ring: 'unproven', delivery, bytes, keepUntil });
    expect((await source.delivery(delivery.id))?.bytes).toEqual(bytes);

    vi.setSystemTime(keepUntil);
    await runDurableObjectAlarm(source);
    const { body } = await runInDurableObject(source, (_object, { storage }) =>
      storage.sql.exec('select body from delivery').one(),
    );
    expect(body).toBeNull();
    const [listed] = await source.deliveries(everything);
    expect(listed?.body).toEqual({ kind: 'expired', length: 7 });
    expect(await runDurableObjectAlarm(source)).toBe(false);
  });

  it('arms the alarm once: a second one within the hour moves it not', async () => {
    const source = sourceObject('shop');
    const alarms: (number | null)[] = [];
    for (const later of [10_000, 5_000, 20_000]) {
      const delivery = deliveryAt(Date.now(), { body: { kind: 'bytes', length: 7 } });
      await source.record({ ring: 'unproven', delivery, bytes, keepUntil: Date.now() + later });
      alarms.push(await runInDurableObject(source, (_object, { storage }) => storage.getAlarm()));
    }
    expect(alarms[0]).not.toBeNull();
    expect(new Set(alarms).size).toBe(1);
  });

  it.each([
    ['as much sooner as the alarm may be late is dropped with the others', limit.deliveryBodyGraceMs, false],
    ['sooner than that moves the alarm', limit.deliveryBodyGraceMs + 1, true],
  ])('that ends %s', async (_what, sooner, isMoved) => {
    const source = sourceObject('shop');
    const alarmAfter = async (keepUntil: number) => {
      const delivery = deliveryAt(Date.now(), { body: { kind: 'bytes', length: 7 } });
      await source.record({ ring: 'unproven', delivery, bytes, keepUntil });
      return runInDurableObject(source, (_object, { storage }) => storage.getAlarm());
    };
    const late = Date.now() + 7 * 86_400_000;
    expect(await alarmAfter(late)).toBe(late + limit.deliveryBodyGraceMs);
    const end = late - sooner;
    expect(await alarmAfter(end)).toBe((isMoved ? end : late) + limit.deliveryBodyGraceMs);
  });

  it('is not given past its time, though the alarm has not rung', async () => {
    const source = sourceObject('shop');
    const delivery = deliveryAt(Date.now(), { body: { kind: 'bytes', length: 7 } });
    await source.record({ ring: 'unproven', delivery, bytes, keepUntil: Date.now() + 10_000 });
    vi.setSystemTime(Date.now() + 10_000);
    expect(await source.delivery(delivery.id)).toEqual({
      delivery: { ...delivery, body: { kind: 'expired', length: 7 } },
    });
  });
});

describe('a sealed secret', () => {
  it('is the first that was captured, until it is forgotten', async () => {
    const source = sourceObject('shop');
    expect(await source.captured()).toBeUndefined();
    expect(await source.capture('sealed-1')).toBe('sealed-1');
    expect(await source.capture('sealed-2')).toBe('sealed-1');
    await source.forget();
    await source.forget();
    expect(await source.captured()).toBeUndefined();
    expect(await source.capture('sealed-2')).toBe('sealed-2');
  });

  it('stays forgotten after an eviction', async () => {
    const source = sourceObject('shop');
    await source.capture('sealed-1');
    await source.forget();
    await evictDurableObject(source);
    expect(await source.captured()).toBeUndefined();
  });
});

it('there is nothing under an id that is not kept', async () => {
  expect(await sourceObject('shop').delivery('none')).toBeUndefined();
});
