// What may become of an execution while it lives: cancelled with all that it has invoked, undone with patience, run by other code.
import { evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { order, trail } from '../fixture/feature-workflow.ts';
import { objectOf, passTime, start, statusOf, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { until } from '../until.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  trail.clear();
  order.swapped = false;
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

describe('cancelling', () => {
  it('tells a running step to stop by its signal', async () => {
    const id = await start('stubborn', {});
    await until(() => expect(trail.get(id)).toEqual(['begun']));
    await objectOf('stubborn').change({ id, to: 'cancelled' });
    expect(await untilFinal(id)).toMatchObject({ status: 'cancelled' });
    await until(() => expect(trail.get(id)).toEqual(['begun', 'told to stop']));
  });

  it('goes down through all that was invoked, and each undoes its own, also after an eviction', async () => {
    const id = await start('dynasty', { levels: 2 });
    await until(async () => {
      const all = await objectOf('dynasty').list({ max: 10 });
      expect(all).toHaveLength(3);
      expect((await statusOf(all[0]?.id ?? '')).steps.at(-1)).toMatchObject({
        name: 'sleep',
        status: 'waiting',
      });
    });
    await evictDurableObject(objectOf('dynasty'));
    await objectOf('dynasty').change({ id, to: 'cancelled' });
    const ends = await until(async () => {
      const all = await objectOf('dynasty').list({ max: 10 });
      expect(all.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
      return all.map(({ status }) => status);
    });
    expect(ends).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(trail.get('dynasty')?.toSorted()).toEqual(['undone 0', 'undone 1', 'undone 2']);
  });
});

describe('a rollback', () => {
  it('is tried again by its own retries and with one key, through an eviction, and journaled as a step of its own', async () => {
    const id = await start('undoing', { failures: 2 });
    for (let failures = 1; failures <= 2; failures += 1) {
      await until(async () => expect((await statusOf(id)).steps.at(-1)?.attempts).toHaveLength(failures));
      await evictDurableObject(objectOf('undoing'));
      await passTime('undoing', 60_000);
    }
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({
      status: 'faulted',
      error: { step: 'pay', message: 'the card is declined' },
    });
    expect(shown.steps.map(({ name, status, attempts }) => [name, status, attempts.length])).toEqual([
      ['book', 'completed', 1],
      ['pay', 'faulted', 1],
      ['rollback book', 'completed', 3],
    ]);
    expect(shown.steps[2]?.attempts[0]?.error).toMatchObject({ message: 'the service is away' });
    expect(new Set(trail.get(id)).size).toBe(1);
  });

  it('that fails for good leaves the execution with its own error, and shows the rollback’s', async () => {
    const id = await start('undoing', { failures: 9 });
    for (let failures = 1; failures <= 2; failures += 1) {
      await until(async () => expect((await statusOf(id)).steps.at(-1)?.attempts).toHaveLength(failures));
      await passTime('undoing', 60_000);
    }
    expect(await untilFinal(id)).toMatchObject({
      status: 'faulted',
      error: { step: 'pay' },
      steps: [{}, {}, { name: 'rollback book', status: 'faulted' }],
    });
  });
});

describe('a handler of failures', () => {
  it('that fails itself leaves the execution with its own error, and is told to the operator', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const shown = await untilFinal(await start('unlucky'));
    expect(shown).toMatchObject({
      status: 'faulted',
      error: { name: 'RangeError', message: 'out of luck' },
      steps: [
        { name: 'tell', status: 'completed', output: 'out of luck' },
        { name: 'tell again', status: 'faulted' },
      ],
    });
    expect(told.mock.calls.flat().join()).toContain('"failure-handler"');
    told.mockRestore();
  });
});

describe('steps whose order has changed under one version', () => {
  it('fault the execution at its next replay, in a sentence that names both', async () => {
    const id = await start('swapping');
    await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('swapping'));
    order.swapped = true;
    await passTime('swapping', 3_600_000);
    expect(await untilFinal(id)).toMatchObject({
      status: 'faulted',
      error: {
        code: 'nondeterministic',
        message:
          "Step 1 was 'charge' (do) when this execution first ran, but the workflow now calls 'ship' (do) as its step 1: " +
          "an execution's steps must come in the same order on every replay; give changed code a new version",
      },
    });
  });
});
