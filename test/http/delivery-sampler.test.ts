// How many of an isolate's deliveries that started nothing are recorded.
import { describe, expect, it } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { DeliverySampler } from '../../src/http/delivery-sampler.ts';

const max = limit.deliveryRecordsPerMinuteMax;

/** Offers so many deliveries at one moment, and gives what became of them. */
function offer(sampler: DeliverySampler, count: number, now: number, source = 'shop') {
  return Array.from({ length: count }, () => sampler.admit(source, 'unproven', now));
}

describe('a sampler', () => {
  it('admits the first of a minute, and counts the rest', () => {
    const sampler = new DeliverySampler();
    const admitted = offer(sampler, max + 5, 0).filter((leftOut) => leftOut !== undefined);
    expect(admitted).toEqual(Array.from({ length: max }, () => 0));
    expect(sampler.admit('shop', 'unproven', 59_999)).toBeUndefined();
    expect(sampler.admit('shop', 'unproven', 60_000)).toBe(6);
    expect(sampler.admit('shop', 'unproven', 60_000)).toBe(0);
  });

  it('counts each source and each ring by itself', () => {
    const sampler = new DeliverySampler();
    offer(sampler, max, 0);
    expect(sampler.admit('shop', 'unproven', 0)).toBeUndefined();
    expect(sampler.admit('shop', 'proven', 0)).toBe(0);
    expect(sampler.admit('code', 'unproven', 0)).toBe(0);
  });

  it('opens a new minute where the clock goes back', () => {
    const sampler = new DeliverySampler();
    offer(sampler, max + 1, 1_000_000);
    expect(sampler.admit('shop', 'unproven', 0)).toBe(1);
  });
});
