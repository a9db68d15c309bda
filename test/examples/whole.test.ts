import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { objectOf, passTime, start, statusOf, untilFinal } from '../durable-objects/object.ts';
import {
  dayMs,
  decide,
  hourMs,
  minuteMs,
  passStep,
  peerLog,
  secondMs,
  send,
  untilWaitingIn,
  useStillClock,
} from './example.ts';
import { until } from '../until.ts';

useStillClock();

describe('examples/cart-recovery', () => {
  const cart = { cart: 'c-1', email: 'ada@example.com' };

  async function mails(): Promise<string[]> {
    return (await peerLog('cart-mail')).map(({ body }) => JSON.parse(body).template);
  }

  it('sends no mail where an order is placed within the hour', async () => {
    const before = (await mails()).length;
    const id = await start('cart-recovery', cart);
    await untilWaitingIn(id, 'within the hour');
    await send(id, 'order.placed');
    expect(await untilFinal(id)).toMatchObject({ output: { recovered: true, mails: 0 } });
    expect((await mails()).length).toBe(before);
  });

  it('sends the reminder and then the coupon, and stops at an order', async () => {
    const before = (await mails()).length;
    const id = await start('cart-recovery', cart);
    await passStep(id, 'within the hour', hourMs);
    await untilWaitingIn(id, 'after the reminder');
    await evictDurableObject(objectOf('cart-recovery'));
    await passStep(id, 'after the reminder', dayMs);
    await untilWaitingIn(id, 'after the coupon');
    await send(id, 'order.placed');
    expect(await untilFinal(id)).toMatchObject({ output: { recovered: true, mails: 2 } });
    expect((await mails()).slice(before)).toEqual(['reminder', 'coupon']);
  });

  it('ends unrecovered where no order is placed', async () => {
    const id = await start('cart-recovery', cart);
    await passStep(id, 'within the hour', hourMs);
    await passStep(id, 'after the reminder', dayMs);
    await passStep(id, 'after the coupon', 2 * dayMs);
    expect(await untilFinal(id)).toMatchObject({ output: { recovered: false, mails: 2 } });
  });
});

describe('examples/alert-escalation', () => {
  const alert = { alert: 'disk full', onCall: ['ada', 'grace'] };

  async function paged(from: number): Promise<string[]> {
    return (await peerLog('pager')).slice(from).map(({ body }) => JSON.parse(body).to);
  }

  it('pages the next one where the first does not acknowledge', async () => {
    const before = (await peerLog('pager')).length;
    const id = await start('alert-escalation', alert);
    await passStep(id, 'wait for ada', 5 * minuteMs);
    await untilWaitingIn(id, 'wait for grace');
    await send(id, 'alert.acknowledged', { by: 'grace' });
    expect(await untilFinal(id)).toMatchObject({ output: { by: 'grace', paged: 2 } });
    expect(await paged(before)).toEqual(['ada', 'grace']);
  });

  it('pages nobody else where the first acknowledges', async () => {
    const before = (await peerLog('pager')).length;
    const id = await start('alert-escalation', alert);
    await untilWaitingIn(id, 'wait for ada');
    await send(id, 'alert.acknowledged', { by: 'ada' });
    expect(await untilFinal(id)).toMatchObject({ output: { by: 'ada', paged: 1 } });
    expect(await paged(before)).toEqual(['ada']);
  });

  it('takes an acknowledgement that comes before the wait', async () => {
    const id = await start('alert-escalation', alert);
    await send(id, 'alert.acknowledged', { by: 'ada' });
    expect(await untilFinal(id)).toMatchObject({ output: { by: 'ada', paged: 1 } });
  });

  it('faults and pages everybody where nobody acknowledges', async () => {
    const before = (await peerLog('pager')).length;
    const id = await start('alert-escalation', alert);
    await passStep(id, 'wait for ada', 5 * minuteMs);
    await passStep(id, 'wait for grace', 5 * minuteMs);
    expect(await untilFinal(id)).toMatchObject({
      status: 'faulted',
      error: { message: 'nobody has acknowledged disk full' },
    });
    expect(await paged(before)).toEqual(['ada', 'grace', 'everybody']);
  });
});

describe('examples/approval-before-provisioning', () => {
  const request = (database: string) => ({ database, replicas: 2, requester: 'ada@example.com' });

  it('makes the database once it is approved, and ends once it is up', async () => {
    const id = await start('approval-before-provisioning', request('orders'));
    await untilWaitingIn(id, 'ask the platform team');
    expect(await peerLog('databases')).toHaveLength(0);
    const [message] = await peerLog('platform-chat');
    expect(JSON.parse(message?.body ?? '').decide).toContain('/v1/approvals/');
    await decide(id, 0, 'approved');
    await passStep(id, 'wait until it is up', 15 * secondMs);
    expect(await untilFinal(id)).toMatchObject({ output: { made: true, database: 'orders' } });
    const [made] = await peerLog('databases');
    expect(JSON.parse(made?.body ?? '')).toEqual({ database: 'orders', replicas: 2 });
  });

  it('makes none that is rejected', async () => {
    const before = await peerLog('databases');
    const id = await start('approval-before-provisioning', request('games'));
    await untilWaitingIn(id, 'ask the platform team');
    await decide(id, 0, 'rejected', 'use the shared one');
    expect(await untilFinal(id)).toMatchObject({ output: { made: false, why: 'use the shared one' } });
    expect(await peerLog('databases')).toHaveLength(before.length);
  });
});

describe('examples/travel-saga', () => {
  it('books all three', async () => {
    const id = await start('travel-saga', { trip: 't-1' });
    expect(await untilFinal(id)).toMatchObject({ output: { flight: 'flight', hotel: 'hotel', car: 'car' } });
  });

  it('gives back the hotel and the flight where there is no car, the last first, and tries again where a service is down', async () => {
    const id = await start('travel-saga-no-car', { trip: 't-2' });
    // The car's rollback runs too: a booking that failed may have been made. The hotel's is answered 503 at first.
    await passStep(id, 'rollback book hotel', 10 * secondMs);
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'faulted', error: { code: 'non-retryable', step: 'book car' } });
    expect(shown.steps.slice(3).map(({ name, status, attempts }) => [name, status, attempts.length])).toEqual(
      [
        ['rollback book car', 'completed', 1],
        ['rollback book hotel', 'completed', 2],
        ['rollback book flight', 'completed', 1],
      ],
    );
    const methods = async (name: string) => (await peerLog(name)).map(({ method }) => method);
    expect(await methods('flight-back')).toEqual(['PUT', 'DELETE']);
    expect(await methods('hotel-back')).toEqual(['PUT', 'DELETE', 'DELETE']);
  });
});

describe('examples/order-life', () => {
  it('faults at its deadline, tells the owner in a step, and tells the callback', async () => {
    const id = await start('order-life', { order: 'o-1' });
    await untilWaitingIn(id, 'packed');
    await passTime('order-life', 2 * dayMs);
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'faulted', error: { code: 'deadline' } });
    expect(shown.steps.at(-1)).toMatchObject({ name: 'tell the owner', status: 'completed' });
    const [told] = await until(async () => {
      const requests = await peerLog('order-life');
      expect(requests).toHaveLength(1);
      return requests;
    });
    expect(JSON.parse(told?.body ?? '')).toMatchObject({
      type: 'dev.signalbox.execution.faulted',
      data: { id, status: 'faulted' },
    });
    expect(told?.headers['webhook-signature']).toMatch(/^v1,/);
  });

  it('is purged as long after its end as its outcome says', async () => {
    const id = await start('order-life', { order: 'o-1' });
    await untilWaitingIn(id, 'packed');
    await send(id, 'order.packed');
    await untilFinal(id);
    await passTime('order-life', 6 * dayMs);
    expect(await objectOf('order-life').status({ id })).toBeDefined();
    await passTime('order-life', 2 * dayMs);
    expect(await objectOf('order-life').status({ id })).toBeUndefined();
  });

  it('is started by its schedules, each with its own input', async () => {
    vi.setSystemTime(Date.parse('2026-07-01T00:00:00Z'));
    const planned = await objectOf('order-life').schedules();
    expect(planned).toEqual([
      { name: 'nightly', next: Date.parse('2026-07-01T00:30:00Z') },
      { name: 'hourly', next: Date.parse('2026-07-01T01:00:00Z') },
    ]);
    await passTime('order-life', hourMs);
    await until(async () => expect(await objectOf('order-life').list({ max: 10 })).toHaveLength(2));
  });
});

describe('examples/moved-from-cloudflare', () => {
  it('runs the class with its bindings, over a replay', async () => {
    const id = await start('welcome', { user: 'Ada' });
    await untilWaitingIn(id, 'wait a day');
    await evictDurableObject(objectOf('welcome'));
    await passTime('welcome', dayMs);
    expect(await untilFinal(id)).toMatchObject({ output: { mail: 'Hello, Ada', instance: id } });
  });

  it('does not try again what cannot be helped', async () => {
    const id = await start('welcome', { user: '' });
    expect(await untilFinal(id)).toMatchObject({ error: { code: 'non-retryable', step: 'write the mail' } });
    expect((await statusOf(id)).steps[0]?.attempts).toHaveLength(1);
  });
});
