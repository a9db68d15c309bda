import { evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../until.ts';
import { objectOf, passTime, start, statusOf, untilFinal, untilStatus } from './object.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const dayMs = 86_400_000;

async function retryAfter(workflow: string, id: string): Promise<number | undefined> {
  return (await objectOf(workflow).status({ id }))?.retryAfterSeconds;
}

describe('a status that was asked for before', () => {
  it('is the same, with less time until it can change', async () => {
    const id = await start('sleeper', { for: '1 day' });
    await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('sleeper'));
    const first = await objectOf('sleeper').status({ id });
    const left = first?.retryAfterSeconds ?? 0;
    vi.setSystemTime(Date.now() + dayMs / 2);
    const second = await objectOf('sleeper').status({ id });
    expect(second).toEqual({ ...first, retryAfterSeconds: left - dayMs / 2 / 1_000 });
  });

  it('is another once the execution is held, goes on, is sent an event and has ended', async () => {
    const id = await start('payment', { amount: 1 });
    await untilStatus(id, 'waiting');
    await passTime('payment', 1_000);
    await until(async () => expect((await statusOf(id)).steps).toHaveLength(2));
    await evictDurableObject(objectOf('payment'));
    const object = objectOf('payment');
    expect(await statusOf(id)).toMatchObject({ status: 'waiting' });
    await object.change({ id, to: 'suspended' });
    expect(await statusOf(id)).toMatchObject({ status: 'suspended' });
    expect(await retryAfter('payment', id)).toBeUndefined();
    await object.change({ id, to: 'running' });
    expect((await statusOf(id)).status).not.toBe('suspended');
    await untilStatus(id, 'waiting');
    await object.send({ id, eventId: 'e1', type: 'paid', data: '{"amount":2}' });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 2 });
  });

  it('is gone with its execution', async () => {
    const id = await start('steps', { count: 1 });
    await untilFinal(id);
    await passTime('steps', 31 * dayMs);
    await until(async () => expect(await objectOf('steps').status({ id })).toBeUndefined());
  });
});
