// Retries of a step, as an execution lives through them: when each comes, and what ends them.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trail } from '../fixture/feature-workflow.ts';
import { passTime, start, statusOf, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { until } from '../until.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** The waits of a step that keeps failing, in seconds, as its status foretells them; and how often it was tried. */
async function waitsOf(retries: Record<string, unknown>): Promise<{ waits: number[]; attempts: number }> {
  const id = await start('failing', retries);
  const waits: number[] = [];
  for (;;) {
    const shown = await untilStatus(id, 'waiting', 'faulted');
    if (shown.status === 'faulted') return { waits, attempts: shown.steps[0]?.attempts.length ?? 0 };
    const wait = Date.parse(shown.steps[0]?.nextAttemptAt ?? '') - Date.now();
    waits.push(Math.round(wait / 1_000));
    await passTime('failing', wait);
    await until(async () => {
      const { status, steps } = await statusOf(id);
      expect(status === 'faulted' || steps[0]?.attempts.length === waits.length + 1).toBe(true);
    });
  }
}

describe('the waits between attempts', () => {
  it.each([
    ['constant', [60, 60, 60, 60]],
    ['linear', [60, 120, 180, 240]],
    ['exponential', [60, 120, 240, 480]],
  ])('grow as the backoff says: %s', async (backoff, waits) => {
    expect(await waitsOf({ limit: 4, delay: '1 minute', backoff, maxDelay: '1 day' })).toEqual({
      waits,
      attempts: 5,
    });
  });

  it('are no longer than maxDelay', async () => {
    const { waits } = await waitsOf({ limit: 4, delay: '1 minute', maxDelay: '150 seconds' });
    expect(waits).toEqual([60, 120, 150, 150]);
  });
});

describe('maxElapsed', () => {
  it('lets a retry begin that is just in time, and none after it', async () => {
    const elapsed = (maxElapsed: string) =>
      waitsOf({ limit: 9, delay: '1 minute', backoff: 'constant', maxElapsed });
    // Attempts take no time here: they begin after 0, 60, 120 and 180 seconds.
    expect(await elapsed('181 seconds')).toEqual({ waits: [60, 60, 60], attempts: 4 });
    expect(await elapsed('179 seconds')).toEqual({ waits: [60, 60], attempts: 3 });
  });
});

describe('the timeout of a step', () => {
  it('tells the attempt to stop, counts as its failure, and another is made', async () => {
    vi.useRealTimers();
    const id = await start('stubborn', { timeout: '50 ms' });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({
      status: 'faulted',
      error: { code: 'timeout', name: 'TimeoutError', step: 'work' },
    });
    expect(shown.steps[0]?.attempts).toHaveLength(2);
    expect(trail.get(id)).toEqual(['begun', 'told to stop', 'begun', 'told to stop']);
  });
});
