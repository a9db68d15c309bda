// What JavaScript's ways of joining promises make of steps: the same on the first run and on every replay.
import { evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trail } from '../fixture/feature-workflow.ts';
import { objectOf, passTime, start, statusOf, untilFinal } from '../durable-objects/object.ts';
import { until } from '../until.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** Runs the steps, forgets all but the journal, and replays them. */
async function joined(how: string) {
  const id = await start('joining', { how });
  await until(async () => {
    expect((await statusOf(id)).steps.at(-1)).toMatchObject({ name: 'replay', status: 'waiting' });
  });
  await evictDurableObject(objectOf('joining'));
  await passTime('joining', 3_600_000);
  const { status, output } = await untilFinal(id);
  return { status, output, ran: trail.get(id) };
}

describe('on the first run and on a replay', () => {
  it('Promise.all rejects with the failure that came first, and every step runs once', async () => {
    expect(await joined('all')).toEqual({
      status: 'completed',
      output: ['b: b failed'],
      ran: ['a', 'b', 'c'],
    });
  });

  it('Promise.allSettled gives each step’s own end', async () => {
    expect(await joined('allSettled')).toEqual({
      status: 'completed',
      output: ['a', 'Error: b failed'],
      ran: ['a', 'b'],
    });
  });

  it('Promise.any rejects with all failures where every step fails', async () => {
    expect(await joined('any')).toEqual({
      status: 'completed',
      output: ['a: a failed', 'b: b failed'],
      ran: ['a', 'b'],
    });
  });

  it('Promise.race is lost by the wait that has not ended, and won by a failure', async () => {
    expect(await joined('race')).toEqual({ status: 'completed', output: ['a: a failed'], ran: ['a'] });
  });
});
