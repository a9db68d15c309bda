// The circuit breaker of one host, as a function of its state.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import {
  admitTo,
  afterReport,
  type BreakerState,
  closedBreaker,
  healthOf,
  isClean,
  pauseOf,
} from '../../../src/engine/outbound/breaker.ts';
import { startedAt as now } from './port.ts';

const admitted = { admitted: true };

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
    const lostAt = now + pauseMs + limit.requestTimeoutMs;
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
    [{ status: 429, retryAfterMs: 7_000 }, 7_000],
    [{ status: 503, retryAfterMs: 7_000 }, 7_000],
    [{ status: 429 }, 0],
    // When a result can be expected, not when to come again.
    [{ status: 202, retryAfterMs: 7_000 }, 0],
    [{ status: 500, retryAfterMs: 7_000 }, 0],
    [{ status: 200, remaining: 0, resetMs: 9_000 }, 9_000],
    [{ status: 200, remaining: 1, resetMs: 9_000 }, 0],
    [{ status: 200, remaining: 0 }, 0],
    [{ status: 429, retryAfterMs: 7_000, remaining: 0, resetMs: 9_000 }, 9_000],
    [{ status: 429, retryAfterMs: 86_400_000 }, 3_600_000],
  ])('of %j asks for %i ms', (report, ms) => {
    expect(pauseOf(report)).toBe(ms);
  });
});
