import { abortAllDurableObjects, evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { did, links, service } from '../fixture/life-workflow.ts';
import type { PeerRequest } from '../peer/server.ts';
import {
  expectAccepted,
  objectOf,
  passTime,
  requestFor,
  start,
  statusOf,
  untilFinal,
  untilStatus,
} from './object.ts';
import { until } from '../until.ts';

const peerUrl = inject('peerUrl');
const dayMs = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  did.clear();
  service.mended = false;
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

function send(id: string, eventId: string, type: string, data: unknown) {
  return objectOf(id.split('.')[0] ?? '').send({ id, eventId, type, data: JSON.stringify(data) });
}

describe('step.waitForEvent', () => {
  it('ends with the first event whose data match, through an eviction', async () => {
    const id = await start('payment', { amount: 100 });
    await untilStatus(id, 'waiting');
    await passTime('payment', 1_000);
    await until(async () => expect((await statusOf(id)).steps).toHaveLength(2));
    await evictDurableObject(objectOf('payment'));
    expect(await send(id, 'e1', 'paid', { amount: 99 })).toMatchObject({ ok: true });
    expect((await statusOf(id)).status).not.toBe('completed');
    expect(await send(id, 'e2', 'paid', { amount: 101 })).toMatchObject({ ok: true });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 101 });
  });

  it('finds an event that came before the wait', async () => {
    const id = await start('payment', { amount: 100 });
    await untilStatus(id, 'waiting');
    await send(id, 'e1', 'paid', { amount: 100 });
    await passTime('payment', 1_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 100 });
  });

  it('keeps the same event once', async () => {
    const id = await start('payment', { amount: 100 });
    await untilStatus(id, 'waiting');
    await send(id, 'e1', 'paid', { amount: 100 });
    await send(id, 'e1', 'paid', { amount: 100 });
    const kept = await runInDurableObject(objectOf('payment'), (_object, { storage }) =>
      storage.sql.exec(`select count(*) as count from journal where entry like '%event-received%'`).one(),
    );
    expect(kept['count']).toBe(1);
  });

  it('fails at its timeout', async () => {
    const id = await start('payment', { amount: 100, timeout: '1 hour' });
    await untilStatus(id, 'waiting');
    await passTime('payment', 1_000);
    await until(async () => expect((await statusOf(id)).steps).toHaveLength(2));
    await passTime('payment', 3_600_000);
    expect(await untilFinal(id)).toMatchObject({
      status: 'faulted',
      error: { code: 'event-timeout', step: 'paid' },
    });
  });

  it('refuses an event for an execution that has ended', async () => {
    const id = await start('steps', { count: 0 });
    await untilFinal(id);
    expect(await send(id, 'e1', 'paid', {})).toMatchObject({ ok: false, error: { kind: 'conflict' } });
  });
});

describe('step.approval', () => {
  it('hands out a link and ends with the one decision', async () => {
    const id = await start('approval');
    await untilStatus(id, 'waiting');
    expect(links.get(id)?.url).toContain('/v1/approvals/');
    const decide = (decision: 'approved' | 'rejected') =>
      objectOf('approval').decide({ id, step: 0, decision, comment: 'go' });
    expect(await decide('approved')).toMatchObject({ ok: true });
    expect(await decide('rejected')).toMatchObject({ ok: false, error: { kind: 'conflict' } });
    expect(await untilFinal(id)).toMatchObject({ output: { decision: 'approved', comment: 'go' } });
  });

  it('is not decided by a link that another has taken the place of', async () => {
    const id = await start('approval');
    const { steps } = await untilStatus(id, 'waiting');
    const expiresAt = Date.parse(steps[0]?.nextAttemptAt ?? '');
    const decide = async (expires: number) =>
      objectOf('approval').decide({ id, step: 0, expiresAt: expires, decision: 'approved' });
    expect(await decide(expiresAt - 1)).toMatchObject({
      ok: false,
      error: { kind: 'conflict', detail: expect.stringContaining('another took its place') },
    });
    expect(await decide(expiresAt)).toMatchObject({ ok: true });
  });

  it('fails where nobody decides in time', async () => {
    const id = await start('approval');
    await untilStatus(id, 'waiting');
    await passTime('approval', 2 * dayMs);
    expect(await untilFinal(id)).toMatchObject({ status: 'faulted', error: { code: 'approval-expired' } });
  });

  it('is not asked by an execution that has no such step', async () => {
    const id = await start('steps', { count: 1 });
    expect(await objectOf('steps').decide({ id, step: 0, decision: 'approved' })).toMatchObject({
      ok: false,
    });
  });
});

describe('step.invoke', () => {
  it('returns what the other workflow returned', async () => {
    const id = await start('parent', { child: 'steps', input: { count: 2 } });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: { of: 2 } });
  });

  it('throws what the other workflow failed with', async () => {
    const id = await start('parent', { child: 'thrower', input: { how: 'workflow' } });
    expect(await untilFinal(id)).toMatchObject({
      status: 'faulted',
      error: { code: 'child-faulted', message: expect.stringContaining('out of the workflow') },
    });
  });

  it('refuses a workflow that the deployment does not have', async () => {
    const id = await start('parent', { child: 'nonesuch', input: {} });
    expect(await untilFinal(id)).toMatchObject({
      error: { message: expect.stringContaining("Cannot invoke 'nonesuch'") },
    });
  });

  it('cancels what it invoked when it is cancelled', async () => {
    const id = await start('parent', { child: 'sleeper', input: { for: '1 day' } });
    const waiting = await untilStatus(id, 'waiting');
    expect(waiting.steps[0]?.kind).toBe('invoke');
    const [child] = await objectOf('sleeper').list({ max: 10 });
    await objectOf('parent').change({ id, to: 'cancelled' });
    expect(await untilFinal(id)).toMatchObject({ status: 'cancelled' });
    expect(await untilFinal(child?.id ?? '')).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    [true, ['cancelled car-1', 'cancelled hotel-1', 'cancelled flight-1']],
    [false, undefined],
  ])('undoes what its child did as the caller wants it: %s', async (compensate, undone) => {
    const id = await start('parent', { child: 'saga', input: { then: 'wait' } });
    const child = await until(async () => {
      const [found] = await objectOf('saga').list({ max: 1, status: 'waiting' });
      expect(found).toBeDefined();
      return found?.id ?? '';
    });
    await untilStatus(id, 'waiting');
    await objectOf('parent').change({ id, to: 'cancelled', compensate });
    expect(await untilFinal(child)).toMatchObject({ status: 'cancelled' });
    expect(did.get(child)).toEqual(undone);
  });
});

describe('step.emit', () => {
  it('starts every workflow with a trigger on the type, once', async () => {
    const id = await start('emitter');
    const { output } = await untilFinal(id);
    expect(output).toHaveLength(1);
    const [listening] = output as string[];
    expect(await untilFinal(listening ?? '')).toMatchObject({
      status: 'completed',
      output: { type: 'com.example.thing.made', thing: 1 },
    });
  });
});

describe('step.map', () => {
  it('gives the results in order, so many at once', async () => {
    const id = await start('mapper', {});
    expect(await untilFinal(id)).toMatchObject({ output: [10, 20, 30, 40, 50] });
    expect(did.get(id)?.every((line) => line.endsWith('at 1') || line.endsWith('at 2'))).toBe(true);
  });

  it('begins nothing after the first failure', async () => {
    const id = await start('mapper', { bad: 2 });
    expect(await untilFinal(id)).toMatchObject({ status: 'faulted', error: { message: 'item 2 is bad' } });
    expect(did.get(id)?.some((line) => line.startsWith('5 '))).toBe(false);
  });

  it('goes on with the others where failures are settled', async () => {
    const id = await start('mapper', { bad: 2, onFailure: 'settled' });
    expect((await untilFinal(id)).output).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});

describe('compensation', () => {
  it('undoes completed steps in reverse order, then calls the handler of failures', async () => {
    const id = await start('saga', { then: 'fail' });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'faulted', error: { message: 'the card is declined' } });
    expect(did.get(id)).toEqual([
      'cancelled car-1',
      'cancelled hotel-1',
      'cancelled flight-1',
      'told: the card is declined',
    ]);
    expect(shown.steps.filter(({ kind }) => kind === 'compensation').map(({ name }) => name)).toEqual([
      'rollback book car',
      'rollback book hotel',
      'rollback book flight',
    ]);
  });

  it('goes on with the other rollbacks where one fails', async () => {
    const id = await start('saga', { then: 'fail', rollbackFails: true });
    await untilFinal(id);
    expect(did.get(id)).toContain('cancelled flight-1');
  });

  it('runs for a cancelled execution that is asleep, after an eviction', async () => {
    const id = await start('saga', { then: 'wait' });
    await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('saga'));
    await objectOf('saga').change({ id, to: 'cancelled' });
    expect(await untilFinal(id)).toMatchObject({ status: 'cancelled' });
    expect(did.get(id)).toEqual(['cancelled car-1', 'cancelled hotel-1', 'cancelled flight-1']);
  });

  it('does not run where the caller does not want it', async () => {
    const id = await start('saga', { then: 'wait' });
    await untilStatus(id, 'waiting');
    await objectOf('saga').change({ id, to: 'cancelled', compensate: false });
    expect(await untilFinal(id)).toMatchObject({ status: 'cancelled' });
    expect(did.get(id)).toBeUndefined();
  });
});

describe('clearing up', () => {
  async function mourning(): Promise<string> {
    const id = await start('untidy');
    await until(async () => expect((await statusOf(id)).steps.map(({ name }) => name)).toContain('mourn'));
    return id;
  }

  it('leaves no timer of the steps that are over to wake the execution again', async () => {
    await mourning();
    const steps = await runInDurableObject(objectOf('untidy'), (_object, { storage }) => [
      ...storage.sql.exec('select step from timer where execution > 0 and step >= 0'),
    ]);
    expect(steps).toEqual([{ step: 2 }]);
  });

  it('ends where the execution is cancelled meanwhile', async () => {
    const id = await mourning();
    await objectOf('untidy').change({ id, to: 'cancelled' });
    expect(await untilFinal(id)).toMatchObject({ status: 'cancelled' });
    expect(did.get(id)).toBeUndefined();
  });
});

describe('a deadline', () => {
  it('faults an execution that has not ended, with its rollbacks', async () => {
    const id = await start('late');
    await untilStatus(id, 'waiting');
    await passTime('late', 3_600_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'faulted', error: { code: 'deadline' } });
    expect(did.get(id)).toEqual(['rolled back']);
  });
});

describe('suspending', () => {
  it('holds an execution past its timers until it is resumed', async () => {
    const id = await start('sleeper', { for: '1 hour' });
    await untilStatus(id, 'waiting');
    expect(await objectOf('sleeper').change({ id, to: 'suspended', reason: 'a look' })).toMatchObject({
      ok: true,
    });
    await passTime('sleeper', dayMs);
    expect(await statusOf(id)).toMatchObject({ status: 'suspended', reason: 'a look' });
    await objectOf('sleeper').change({ id, to: 'running' });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed' });
  });

  it('is refused for what has ended', async () => {
    const id = await start('steps', { count: 0 });
    await untilFinal(id);
    for (const to of ['suspended', 'running', 'cancelled'] as const) {
      expect(await objectOf('steps').change({ id, to })).toMatchObject({
        ok: false,
        error: { kind: 'conflict' },
      });
    }
    expect((await statusOf(id)).status).toBe('completed');
  });
});

describe('redriving', () => {
  it('runs anew from the failed step, in a new execution, with the old idempotency keys', async () => {
    const id = await start('redriven');
    await untilFinal(id);
    service.mended = true;
    const object = objectOf('redriven');
    const redriven = await object.redrive({ id, key: 'k' });
    const again = await object.redrive({ id, key: 'k' });
    if (!redriven.ok || !again.ok) throw new Error('refused');
    expect(again.value).toMatchObject({ id: redriven.value.id, duplicate: true });
    expect(await untilFinal(redriven.value.id)).toMatchObject({ status: 'completed', output: `${id}.1` });
    expect(did.get(redriven.value.id)).toEqual(['second']);
    expect((await statusOf(id)).status).toBe('faulted');
  });

  it('runs anew from a named step', async () => {
    const id = await start('redriven');
    await untilFinal(id);
    service.mended = true;
    const redriven = await objectOf('redriven').redrive({ id, from: 'first', key: 'k' });
    if (!redriven.ok) throw new Error('refused');
    await untilFinal(redriven.value.id);
    expect(did.get(redriven.value.id)).toEqual(['first', 'second']);
  });

  it('asks for an approval again, whatever was decided before', async () => {
    const id = await start('approval');
    await untilStatus(id, 'waiting');
    await objectOf('approval').decide({ id, step: 0, decision: 'approved' });
    await untilFinal(id);
    const redriven = await objectOf('approval').redrive({ id, from: 'manager', key: 'k' });
    if (!redriven.ok) throw new Error('refused');
    await untilStatus(redriven.value.id, 'waiting');
    await objectOf('approval').decide({ id: redriven.value.id, step: 0, decision: 'rejected' });
    expect((await untilFinal(redriven.value.id)).output).toMatchObject({ decision: 'rejected' });
  });

  it('keeps the failures that the code had caught before that step', async () => {
    const id = await start('caught');
    await untilFinal(id);
    const redriven = await objectOf('caught').redrive({ id, from: 'third', key: 'k' });
    if (!redriven.ok) throw new Error('refused');
    expect((await untilFinal(redriven.value.id)).status).toBe('completed');
    expect(did.get(redriven.value.id)).toEqual(['caught', 'third']);
  });

  it('is refused for a step that is not there and an execution that has not ended', async () => {
    const id = await start('redriven');
    await untilFinal(id);
    expect(await objectOf('redriven').redrive({ id, from: 'third', key: 'k' })).toMatchObject({ ok: false });
    const open = await start('sleeper', { for: '1 day' });
    await untilStatus(open, 'waiting');
    expect(await objectOf('sleeper').redrive({ id: open, key: 'k' })).toMatchObject({ ok: false });
  });
});

describe('a callback', () => {
  it('tells of the end, signed by Standard Webhooks, and is tried again', async () => {
    const id = await start('telling');
    await untilFinal(id);
    const listed = await objectOf('telling').list({ max: 10 });
    const callback = listed.find(({ version }) => version === '$callback');
    await untilStatus(callback?.id ?? '', 'waiting');
    await passTime('telling', 60_000);
    expect(await untilFinal(callback?.id ?? '')).toMatchObject({ status: 'completed' });
    const told: PeerRequest[] = await (await fetch(`${peerUrl}/log/told`)).json();
    expect(told).toHaveLength(2);
    const [, last] = told;
    vi.useRealTimers();
    const timestamp = Number(last?.headers['webhook-timestamp']);
    vi.useFakeTimers({ toFake: ['Date'], now: timestamp * 1000 });
    const secret = 'whsec_dGVzdC1jYWxsYmFjay1zZWNyZXQtdGVzdC1jYWxsYmFjaw==';
    const said = new Webhook(secret).verify(last?.body ?? '', last?.headers ?? {});
    expect(said).toMatchObject({
      type: 'dev.signalbox.execution.completed',
      data: { id, workflow: 'telling', status: 'completed', error: null, output: { made: true } },
    });
  });
});

describe('a schedule', () => {
  it('starts a run at its time in its time zone, and tells the next', async () => {
    vi.setSystemTime(Date.parse('2026-07-01T08:00:00Z'));
    const [planned] = await objectOf('daily').schedules();
    expect(planned).toEqual({ name: 'noon', next: Date.parse('2026-07-01T10:00:00Z') });
    await passTime('daily', 2 * 3_600_000);
    const [run] = await until(async () => {
      const listed = await objectOf('daily').list({ max: 10 });
      expect(listed).toHaveLength(1);
      return listed;
    });
    expect(await untilFinal(run?.id ?? '')).toMatchObject({ output: '2026-07-01T10:00:00.000Z' });
    const [next] = await objectOf('daily').schedules();
    expect(next?.next).toBe(Date.parse('2026-07-02T10:00:00Z'));
  });

  it('runs once after an outage of days', async () => {
    vi.setSystemTime(Date.parse('2026-07-01T08:00:00Z'));
    await objectOf('daily').schedules();
    await passTime('daily', 3 * dayMs + 3 * 3_600_000);
    await until(async () => expect(await objectOf('daily').list({ max: 10 })).toHaveLength(1));
  });
});

describe('versions', () => {
  it('keep an execution on the one that accepted it', async () => {
    const id = await start('versioned');
    expect(await untilStatus(id, 'waiting')).toMatchObject({ version: '2' });
    // As an earlier deployment, whose current version was 1, would have stored it.
    await runInDurableObject(objectOf('versioned'), (_object, { storage }) => {
      storage.sql.exec(`update execution set version = '1'`);
      storage.sql.exec('delete from journal');
    });
    await abortAllDurableObjects();
    await untilStatus(id, 'waiting');
    await passTime('versioned', dayMs + 60_000);
    expect(await untilFinal(id)).toMatchObject({ version: '1', output: 'one' });
  });

  it('suspend an execution whose version the deployment no longer has, with the reason', async () => {
    const id = await start('versioned');
    await untilStatus(id, 'waiting');
    await runInDurableObject(objectOf('versioned'), (_object, { storage }) => {
      storage.sql.exec(`update execution set version = '0'`);
    });
    await evictDurableObject(objectOf('versioned'));
    await passTime('versioned', dayMs);
    const shown = await untilStatus(id, 'suspended');
    expect(shown.reason).toContain("no version 0 of workflow 'versioned'");
  });
});

describe('retention', () => {
  it('purges what ended long enough ago, and no sooner', async () => {
    const id = await start('steps', { count: 2 });
    await untilFinal(id);
    await passTime('steps', 29 * dayMs);
    expect(await objectOf('steps').status({ id })).toBeDefined();
    await passTime('steps', 2 * dayMs);
    expect(await objectOf('steps').status({ id })).toBeUndefined();
    const rows = await runInDurableObject(objectOf('steps'), (_object, { storage }) =>
      storage.sql
        .exec('select (select count(*) from execution) + (select count(*) from journal) as count')
        .one(),
    );
    expect(rows['count']).toBe(0);
  });
});

describe('the watchdog', () => {
  it('takes up an execution that nothing would wake, and counts it', async () => {
    const id = await start('sleeper', { for: '1 hour' });
    await untilStatus(id, 'waiting');
    await passTime('sleeper', 61_000);
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    // What no commit of the engine does: the timer is gone, the execution is still asleep.
    await runInDurableObject(objectOf('sleeper'), (_object, { storage }) => {
      storage.sql.exec('delete from timer where step >= 0');
    });
    await passTime('sleeper', 3_600_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed' });
    expect(told.mock.calls.flat().join()).toContain('"defect-lost-execution"');
    told.mockRestore();
  });

  it('finds nothing to count among executions that sleep, run and have ended', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const id = await start('sleeper', { for: '1 hour' });
    await untilStatus(id, 'waiting');
    for (let ring = 0; ring < 4; ring += 1) await passTime('sleeper', 61_000);
    await evictDurableObject(objectOf('sleeper'));
    for (let ring = 0; ring < 4; ring += 1) await passTime('sleeper', 61_000);
    expect(told).not.toHaveBeenCalled();
    told.mockRestore();
  });
});

describe('listing', () => {
  it('gives the newest first, by status, in pages', async () => {
    const ids = [];
    for (let at = 0; at < 5; at += 1) ids.push(await start('steps', { count: 0 }));
    for (const id of ids) await untilFinal(id);
    const first = await objectOf('steps').list({ status: 'completed', max: 3 });
    const second = await objectOf('steps').list({
      status: 'completed',
      max: 3,
      before: first.at(-1)?.serial ?? 0,
    });
    expect([...first, ...second].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(await objectOf('steps').list({ status: 'faulted', max: 3 })).toEqual([]);
    expect(expectAccepted(await objectOf('steps').accept(requestFor('steps', { count: 0 })))).toBeDefined();
  });
});
