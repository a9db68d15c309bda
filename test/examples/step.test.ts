import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { objectOf, passTime, start, untilFinal, untilStatus } from '../durable-objects/object.ts';
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

describe('examples/step/do', () => {
  it('adds up an order and numbers its invoice', async () => {
    const lines = [
      { quantity: 2, cents: 150 },
      { quantity: 1, cents: 99 },
    ];
    const id = await start('invoice', { order: 'o-1', lines });
    expect(await untilFinal(id)).toMatchObject({
      status: 'completed',
      output: { total: 399, number: `o-1/${id}.1` },
    });
  });
});

describe('examples/step/retries', () => {
  it('tries again until it is answered', async () => {
    const id = await start('exchange-rate', { currency: 'CHF' });
    await passStep(id, 'look up', 10 * secondMs);
    await until(async () => expect((await untilStatus(id, 'waiting')).steps[0]?.attempts).toHaveLength(2));
    await passTime('exchange-rate', 20 * secondMs);
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'completed', output: { attempt: 3 } });
    expect(shown.steps[0]?.attempts.map(({ error }) => error?.message)).toEqual([
      'attempt 1 was answered 503',
      'attempt 2 was answered 500',
      undefined,
    ]);
  });

  it('takes a NonRetryableError for final', async () => {
    const id = await start('exchange-rate-unknown', { currency: 'XXX' });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({
      status: 'faulted',
      error: { code: 'non-retryable', message: 'there is no currency XXX', step: 'look up' },
    });
    expect(shown.steps[0]?.attempts).toHaveLength(1);
  });

  it('gives up after its fourth retry', async () => {
    const id = await start('exchange-rate-down', { currency: 'CHF' });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await until(async () =>
        expect((await untilStatus(id, 'waiting')).steps[0]?.attempts).toHaveLength(attempt),
      );
      await passTime('exchange-rate-down', minuteMs);
    }
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'faulted', error: { message: 'attempt 5 was answered 503' } });
    expect(shown.steps[0]?.attempts).toHaveLength(5);
  });
});

describe('examples/step/delay-function', () => {
  it('waits as long as its function says', async () => {
    const id = await start('patient-import', { readyAfter: 2 });
    const waits: number[] = [];
    for (const ms of [minuteMs, 10 * minuteMs]) {
      const { steps } = await until(async () => {
        const shown = await untilStatus(id, 'waiting');
        expect(shown.steps[0]?.attempts).toHaveLength(waits.length + 1);
        return shown;
      });
      const endedAt = steps[0]?.attempts.at(-1)?.endedAt ?? '';
      waits.push(Date.parse(steps[0]?.nextAttemptAt ?? '') - Date.parse(endedAt));
      await passTime('patient-import', ms);
    }
    expect(waits).toEqual([minuteMs, 10 * minuteMs]);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 3 });
  });
});

describe('examples/step/http', () => {
  it('creates the customer with the secret, one key for both attempts, and no secret in the status', async () => {
    const id = await start('customer-sync', { email: 'ada@example.com' });
    await passStep(id, 'create customer', 2 * secondMs);
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'completed', output: { status: 201, name: 'crm' } });
    const sent = await peerLog('crm');
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(sent[1]?.headers['authorization']).toBe('Bearer test-crm-token');
    expect(JSON.parse(sent[1]?.body ?? '')).toEqual({ email: 'ada@example.com' });
    expect(JSON.stringify(shown)).not.toContain('test-crm-token');
  });

  it('goes on where the CRM has the customer', async () => {
    const id = await start('customer-sync-known', { email: 'ada@example.com' });
    expect(await untilFinal(id)).toMatchObject({ output: { status: 409, name: 'ada@example.com' } });
  });
});

describe('examples/step/poll', () => {
  it('asks at doubling intervals until the documents are indexed', async () => {
    const id = await start('reindex', { documents: 3 });
    await passStep(id, 'wait until indexed', 10 * secondMs);
    await until(async () =>
      expect((await untilWaitingIn(id, 'wait until indexed')).steps[0]?.attempts).toHaveLength(2),
    );
    await passTime('reindex', 20 * secondMs);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: { indexed: 3 } });
    expect(await peerLog('index')).toHaveLength(3);
  });
});

describe('examples/step/sleep', () => {
  it('reminds after eleven days, through an eviction', async () => {
    const id = await start('trial-reminder', { user: 'Ada' });
    await untilWaitingIn(id, 'let them try');
    await evictDurableObject(objectOf('trial-reminder'));
    await passTime('trial-reminder', 11 * dayMs);
    expect(await untilFinal(id)).toMatchObject({ output: 'Your trial ends in 3 days, Ada' });
  });
});

describe('examples/step/sleep-until', () => {
  it('announces at the moment', async () => {
    const opensAt = new Date(Date.now() + hourMs).toISOString();
    const id = await start('launch-day', { product: 'The box', opensAt });
    await passStep(id, 'doors open', hourMs);
    expect(await untilFinal(id)).toMatchObject({ output: 'The box is on sale' });
  });

  it('announces at once where the moment has passed', async () => {
    const id = await start('launch-day', { product: 'The box', opensAt: '2020-01-01T00:00:00.000Z' });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed' });
  });
});

describe('examples/step/wait-for-event', () => {
  it('ends with the transfer that is large enough', async () => {
    const id = await start('bank-transfer', { cents: 1_000 });
    await untilWaitingIn(id, 'money arrives');
    await send(id, 'transfer.received', { cents: 999 });
    await send(id, 'transfer.received', { cents: 1_000 });
    expect(await untilFinal(id)).toMatchObject({
      output: { paid: 1_000, at: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
  });

  it('ends without one after fourteen days', async () => {
    const id = await start('bank-transfer', { cents: 1_000 });
    await passStep(id, 'money arrives', 14 * dayMs);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: { paid: 0 } });
  });
});

describe('examples/step/approval', () => {
  it('hands the link to the chat and refunds what is approved', async () => {
    const id = await start('refund', { order: 'o-1', cents: 500 });
    await untilWaitingIn(id, 'ask the team lead');
    const [message] = await peerLog('refund-chat');
    expect(message?.body).toContain('/v1/approvals/');
    await decide(id, 0, 'approved');
    expect(await untilFinal(id)).toMatchObject({ output: { refunded: 500 } });
  });

  it('refunds nothing that is rejected, and says why', async () => {
    const id = await start('refund', { order: 'o-1', cents: 500 });
    await untilWaitingIn(id, 'ask the team lead');
    await decide(id, 0, 'rejected', 'too late');
    expect(await untilFinal(id)).toMatchObject({ output: { refunded: 0, why: 'too late' } });
  });

  it('fails where nobody decides', async () => {
    const id = await start('refund', { order: 'o-1', cents: 500 });
    await passStep(id, 'ask the team lead', 3 * dayMs);
    expect(await untilFinal(id)).toMatchObject({ error: { code: 'approval-expired' } });
  });
});

describe('examples/step/invoke', () => {
  it.each([
    ['what the child returns is enough', 10_000, true],
    ['what the child returns is too little', 90_000, false],
    ['the child faults', 200_000, false],
  ])('decides where %s', async (_what, cents, accepted) => {
    const id = await start('large-order', { customer: 'c-1', cents });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: { accepted } });
  });
});

describe('examples/step/emit', () => {
  it('starts the workflow that waits for such events', async () => {
    const id = await start('shipping', { order: 'o-1' });
    const { started } = (await untilFinal(id)).output as { started: string[] };
    expect(started).toHaveLength(1);
    const [review = ''] = started;
    await passStep(review, 'let it arrive', 5 * dayMs);
    expect(await untilFinal(review)).toMatchObject({
      output: 'Did you like order o-1?',
      event: { type: 'com.example.order.shipped', source: `/v1/executions/${id}` },
    });
  });
});

describe('examples/step/map', () => {
  it('shrinks every image, in order', async () => {
    const id = await start('thumbnails', { images: ['a', 'b', 'c', 'd'] });
    expect(await untilFinal(id)).toMatchObject({
      output: { made: ['a.small', 'b.small', 'c.small', 'd.small'], failed: 0 },
    });
  });

  it('goes on with the others where one fails', async () => {
    const id = await start('thumbnails', { images: ['a', 'b', 'c', 'd', 'e'], broken: 'b' });
    await until(async () => expect((await untilStatus(id, 'waiting')).steps).toHaveLength(5));
    await passTime('thumbnails', secondMs);
    expect(await untilFinal(id)).toMatchObject({
      output: { made: ['a.small', 'c.small', 'd.small', 'e.small'], failed: 1 },
    });
  });
});

describe('examples/step/values', () => {
  it('gives the same ticket, time and winner after a replay', async () => {
    const id = await start('raffle', { players: ['Ada', 'Grace', 'Edsger'] });
    const { steps } = await untilWaitingIn(id, 'suspense');
    const [ticket, drawnAt] = steps.map(({ output }) => output);
    await evictDurableObject(objectOf('raffle'));
    await passTime('raffle', hourMs);
    expect(await untilFinal(id)).toMatchObject({
      output: {
        ticket,
        drawnAt: new Date(Number(drawnAt)).toISOString(),
        winner: expect.stringMatching(/^(?:Ada|Grace|Edsger)$/),
      },
    });
  });
});

describe('examples/step/rollback', () => {
  it('gives the item back where the payment fails', async () => {
    const id = await start('reservation', { item: 'lamp', paid: false });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'faulted', error: { message: 'the card is declined' } });
    expect(shown.steps.at(-1)).toMatchObject({ name: 'rollback reserve', status: 'completed' });
    const sent = await peerLog('warehouse');
    expect(sent.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
    expect(sent[0]?.headers['idempotency-key']).toBe(`${id}.0`);
  });

  it('keeps it where all goes well', async () => {
    const before = await peerLog('warehouse');
    const id = await start('reservation', { item: 'lamp', paid: true });
    expect(await untilFinal(id)).toMatchObject({ output: { reserved: 'lamp' } });
    expect((await peerLog('warehouse')).slice(before.length).map(({ method }) => method)).toEqual(['PUT']);
  });
});

describe('examples/step/parallel', () => {
  it('joins and races', async () => {
    const id = await start('dashboard', { team: 'blue' });
    expect(await untilFinal(id)).toMatchObject({
      output: { team: 'blue', open: 3, closed: 4, fastest: 'cache' },
    });
  });
});
