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

  it('lets a body at its ceiling fit a row of 2 MB, and an answer at its ceiling a result', () => {
    const rowBytes = 2_000_000;
    expect(limit.bodyBytesMax).toBeLessThanOrEqual(limit.bodyBytesCeiling);
    expect(limit.bodyBytesCeiling).toBeLessThan(rowBytes);
    expect(limit.rowTextBytesMax).toBeLessThan(rowBytes);
    expect(limit.bodyBytesCeiling).toBeLessThan(limit.rowTextBytesMax);
    expect(limit.responseBytesMax).toBeLessThanOrEqual(limit.responseBytesCeiling);
    expect(limit.responseBytesCeiling).toBeLessThanOrEqual(limit.outputBytesMax);
  });

  it('lets the largest result be journaled, shown, and handed over by a message of 32 MiB', () => {
    const messageBytes = 32 * 1_024 * 1_024;
    expect(limit.outputBytesMax).toBeLessThan(limit.journalBytesMax);
    expect(limit.outputBytesMax).toBeLessThan(limit.shownOutputsLengthMax);
    // A UTF-16 unit is a byte of UTF-8 at least, and two in a message at most.
    expect(2 * limit.outputBytesMax).toBeLessThan(messageBytes);
    expect(2 * limit.shownOutputsLengthMax).toBeLessThan(messageBytes);
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
