// The circuit breaker of one host, as a function of its state.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import * as breaker from '../../../src/engine/outbound/breaker.ts';
import { startedAt as now } from './port.ts';

const { closedBreaker, healthOf, isClean, pauseOf } = breaker;
type BreakerState = breaker.BreakerState;

const admitted = { admitted: true };

function admitTo(state: BreakerState, at: number, partition = 'orders') {
  return breaker.admitTo(state, at, partition);
}

function afterReport(state: BreakerState, at: number, health: breaker.Health, hostMs: number): BreakerState {
  return breaker.afterReport(state, at, health, { hostMs, partitionMs: 0 }, 'orders');
}

/** One partition's rate limit is used up for so long. */
function paused(partition: string, partitionMs: number, from = closedBreaker, at = now): BreakerState {
  return breaker.afterReport(from, at, 'unclear', { hostMs: 0, partitionMs }, partition);
}

function failing(times: number, from: BreakerState = closedBreaker, at = now): BreakerState {
  let state = from;
  for (let count = 0; count < times; count += 1) state = afterReport(state, at, 'failing', 0);
  return state;
}

const opened = failing(limit.breakerFailuresMax);
const pauseMs = limit.breakerPauseMs;

describe('a closed breaker', () => {
  it('lets every request through, and stays the same', () => {
    expect(admitTo(closedBreaker, now)).toEqual({ admission: admitted, state: closedBreaker });
  });

  it('opens at the tenth failure in a row, not at the ninth', () => {
    expect(admitTo(failing(limit.breakerFailuresMax - 1), now).admission).toEqual(admitted);
    expect(admitTo(opened, now).admission).toEqual({
      admitted: false,
      reason: 'open',
      retryAfterMs: pauseMs,
    });
  });

  it('counts anew after a success', () => {
    const mended = afterReport(failing(limit.breakerFailuresMax - 1), now, 'well', 0);
    expect(mended).toEqual(closedBreaker);
    expect(admitTo(failing(limit.breakerFailuresMax - 1, mended), now).admission).toEqual(admitted);
  });

  it('counts anew after a minute without a failure', () => {
    const nine = failing(limit.breakerFailuresMax - 1);
    expect(admitTo(failing(1, nine, now + 60_000), now + 60_000).admission).toMatchObject({
      admitted: false,
    });
    expect(failing(1, nine, now + 60_001).failures).toBe(1);
  });

  it('counts nothing that says neither', () => {
    expect(afterReport(failing(3), now, 'unclear', 0)).toEqual(failing(3));
  });
});

describe('an open breaker', () => {
  it('lets nothing through before its time', () => {
    expect(admitTo(opened, now + pauseMs - 1)).toEqual({
      admission: { admitted: false, reason: 'open', retryAfterMs: 1 },
      state: opened,
    });
  });

  it('does not hear of requests that were sent before it opened', () => {
    expect(failing(50, opened)).toEqual(opened);
    expect(afterReport(opened, now + 1, 'well', 0)).toEqual(opened);
  });

  it('then lets one probe through, and no other', () => {
    const first = admitTo(opened, now + pauseMs);
    expect(first.admission).toEqual(admitted);
    expect(admitTo(first.state, now + pauseMs).admission).toEqual({
      admitted: false,
      reason: 'open',
      retryAfterMs: pauseMs,
    });
  });

  it('closes when the probe succeeds', () => {
    const probed = admitTo(opened, now + pauseMs).state;
    expect(afterReport(probed, now + pauseMs + 100, 'well', 0)).toEqual(closedBreaker);
  });

  it('opens again for twice as long when the probe fails, up to a minute', () => {
    const pauses: number[] = [];
    let state = opened;
    let at = now;
    for (let round = 0; round < 6; round += 1) {
      pauses.push(state.openUntil - at);
      at = state.openUntil;
      state = afterReport(admitTo(state, at).state, at, 'failing', 0);
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('lets another probe through where nothing is heard of the first', () => {
    const probed = admitTo(opened, now + pauseMs).state;
    const lostAt = now + pauseMs + limit.breakerProbeMaxMs;
    expect(admitTo(probed, lostAt - 1).admission).toEqual({
      admitted: false,
      reason: 'open',
      retryAfterMs: 1,
    });
    expect(admitTo(probed, lostAt).admission).toEqual(admitted);
  });
});

describe('a host that wants to be left alone', () => {
  it('is, for as long as it says, and not longer for being told so again', () => {
    const state = afterReport(afterReport(closedBreaker, now, 'unclear', 60_000), now, 'unclear', 10_000);
    expect(admitTo(state, now + 1).admission).toEqual({
      admitted: false,
      reason: 'throttled',
      retryAfterMs: 59_999,
    });
    expect(admitTo(state, now + 60_000).admission).toEqual(admitted);
    expect([isClean(state, now + 59_999), isClean(state, now + 60_000)]).toEqual([false, true]);
  });

  it('is not asked before its breaker is past, too', () => {
    const both = afterReport(opened, now, 'unclear', 1_000);
    expect(admitTo(both, now).admission).toMatchObject({ retryAfterMs: pauseMs });
  });

  it('stays so when a request of before succeeds', () => {
    const state = afterReport(afterReport(closedBreaker, now, 'unclear', 60_000), now + 5, 'well', 0);
    expect(admitTo(state, now + 10).admission).toMatchObject({ reason: 'throttled' });
  });
});

describe('a partition whose rate limit is used up', () => {
  it('is left alone until its time, and no other', () => {
    const state = paused('orders', 60_000);
    expect(admitTo(state, now + 1, 'orders').admission).toEqual({
      admitted: false,
      reason: 'throttled',
      retryAfterMs: 59_999,
    });
    expect(admitTo(state, now + 1, 'billing').admission).toEqual(admitted);
    expect(admitTo(state, now + 60_000, 'orders').admission).toEqual(admitted);
    expect([isClean(state, now + 59_999), isClean(state, now + 60_000)]).toEqual([false, true]);
  });

  it('is not left alone for less because another answer names an earlier moment', () => {
    expect(paused('orders', 1_000, paused('orders', 60_000)).pauses).toEqual({ orders: now + 60_000 });
  });

  it('is left alone where its host is, too, until both are past', () => {
    const state = afterReport(paused('orders', 10_000), now, 'failing', 60_000);
    expect(admitTo(state, now, 'orders').admission).toMatchObject({ retryAfterMs: 60_000 });
    expect(admitTo(state, now, 'billing').admission).toMatchObject({ retryAfterMs: 60_000 });
  });

  it('takes no probe of an open breaker', () => {
    const state = paused('orders', 60_000, opened);
    expect(admitTo(state, now + pauseMs, 'orders').state.probeUntil).toBe(0);
    expect(admitTo(state, now + pauseMs, 'billing').admission).toEqual(admitted);
  });

  it('stays paused when another’s request succeeds', () => {
    const state = afterReport(paused('orders', 60_000), now + 5, 'well', 0);
    expect(admitTo(state, now + 10, 'orders').admission).toMatchObject({ reason: 'throttled' });
  });

  it('is one of so many at most: of more, those that end first are forgotten, and those that are over', () => {
    let state = closedBreaker;
    for (let at = 0; at < limit.partitionsMax; at += 1) state = paused(`p${at}`, 10_000 + at, state);
    expect(Object.keys(state.pauses)).toHaveLength(limit.partitionsMax);
    const more = paused('last', 60_000, state);
    expect(Object.keys(more.pauses)).toHaveLength(limit.partitionsMax);
    expect([admitTo(more, now, 'p0').admission, admitTo(more, now, 'p1').admission]).toMatchObject([
      admitted,
      { admitted: false },
    ]);
    expect(paused('new', 1_000, more, now + 20_000).pauses).toEqual({
      last: now + 60_000,
      new: now + 21_000,
    });
  });
});

describe('a report', () => {
  it.each([
    [{ failure: 'timeout' as const }, 'failing'],
    [{ failure: 'network' as const }, 'failing'],
    [{ status: 500 }, 'failing'],
    [{ status: 503, retryAfterMs: 1_000 }, 'failing'],
    [{ status: 429 }, 'unclear'],
    [{}, 'unclear'],
    [{ status: 200 }, 'well'],
    [{ status: 302 }, 'well'],
    [{ status: 404 }, 'well'],
    [{ status: 408 }, 'well'],
  ])('of %j says that the host is %s', (report, health) => {
    expect(healthOf(report)).toBe(health);
  });

  it.each([
    // The service's word.
    [{ status: 503, retryAfterMs: 7_000 }, 7_000, 0],
    [{ status: 503, retryAfterMs: limit.hostPauseMaxMs }, limit.hostPauseMaxMs, 0],
    [{ status: 503, retryAfterMs: limit.hostPauseMaxMs + 1 }, limit.hostPauseMaxMs, 0],
    // The caller's own limit.
    [{ status: 429, retryAfterMs: 7_000 }, 0, 7_000],
    [{ status: 429, retryAfterMs: limit.partitionPauseMaxMs }, 0, limit.partitionPauseMaxMs],
    [{ status: 429, retryAfterMs: limit.partitionPauseMaxMs + 1 }, 0, limit.partitionPauseMaxMs],
    [{ status: 429 }, 0, 0],
    [{ status: 200, remaining: 0, resetMs: 9_000 }, 0, 9_000],
    [{ status: 200, remaining: 1, resetMs: 9_000 }, 0, 0],
    [{ status: 200, remaining: 0 }, 0, 0],
    [{ status: 429, retryAfterMs: 7_000, remaining: 0, resetMs: 9_000 }, 0, 9_000],
    [{ status: 503, retryAfterMs: 7_000, remaining: 0, resetMs: 9_000 }, 7_000, 9_000],
    // When a result can be expected, not when to come again.
    [{ status: 202, retryAfterMs: 7_000 }, 0, 0],
    [{ status: 500, retryAfterMs: 7_000 }, 0, 0],
  ])('of %j asks all for %i ms, and those of its partition for %i', (report, hostMs, partitionMs) => {
    expect(pauseOf(report)).toEqual({ hostMs, partitionMs });
  });
});
