import { describe, expect, it } from 'vitest';
import { limit } from '../../src/core/limit.ts';

describe('the limits', () => {
  it.each(Object.entries(limit))('%s is a whole number of at least one', (_name, value) => {
    expect(Number.isSafeInteger(value)).toBe(true);
    expect(value).toBeGreaterThanOrEqual(1);
  });

  it.each(Object.keys(limit))('%s says its unit, or that it counts', (name) => {
    expect(name).toMatch(/(?:Bytes|Length)(?:Max|Ceiling)$|(?:Ms|Seconds|Max|Page)$/);
  });

  it('lets a body, a result and an answer at their ceilings fit a row of 2 MB', () => {
    const rowBytes = 2_000_000;
    expect(limit.bodyBytesMax).toBeLessThanOrEqual(limit.bodyBytesCeiling);
    expect(limit.bodyBytesCeiling).toBeLessThan(rowBytes);
    expect(limit.outputBytesMax).toBeLessThan(rowBytes);
    expect(limit.responseBytesMax).toBeLessThanOrEqual(limit.responseBytesCeiling);
    expect(limit.responseBytesCeiling).toBeLessThanOrEqual(limit.outputBytesMax);
  });

  it('keeps an attempt inside the 15 minutes of an alarm', () => {
    expect(limit.attemptTimeoutMs).toBeLessThanOrEqual(limit.attemptTimeoutMaxMs);
    expect(limit.attemptTimeoutMaxMs).toBeLessThan(15 * 60_000);
  });

  it('keeps a completed execution as long as vendors deliver its event again', () => {
    expect(limit.retainCompletedMs).toBeGreaterThanOrEqual(30 * 86_400_000);
    expect(limit.retainCancelledMs).toBeGreaterThanOrEqual(30 * 86_400_000);
    expect(limit.retainFaultedMs).toBeLessThanOrEqual(limit.retainMaxMs);
  });
});
