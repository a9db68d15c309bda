// What an answer's headers say about when to come again, in the forms that vendors send.
import { describe, expect, it } from 'vitest';
import { readRateState } from '../../../src/engine/outbound/rate-state.ts';
import { startedAt as now } from './port.ts';

const read = (headers: Record<string, string>) => readRateState(new Headers(headers), now);

describe('the state of a rate limit', () => {
  it.each([
    ['the draft’s', { ratelimit: '"default";r=50;t=30' }, { remaining: 50, resetMs: 30_000 }],
    ['the draft’s without a time', { ratelimit: '"default";r=0' }, { remaining: 0 }],
    [
      'the draft’s with two limits, of which the tighter one counts',
      { ratelimit: '"hour";r=100;t=1800, "minute";r=0;t=12;pk=:YQ==:' },
      { remaining: 0, resetMs: 12_000 },
    ],
    [
      'the older draft’s',
      { 'ratelimit-remaining': '0', 'ratelimit-reset': '5' },
      { remaining: 0, resetMs: 5_000 },
    ],
    [
      'GitHub’s, with a moment',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1_000 + 90) },
      { remaining: 0, resetMs: 90_000 },
    ],
    [
      'one whose moment is past',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1_000 - 90) },
      { remaining: 0, resetMs: 0 },
    ],
    ['Retry-After', { 'retry-after': '120' }, { retryAfterMs: 120_000 }],
    ['none', {}, {}],
  ])('is read: %s', (_which, headers, state) => {
    expect(read(headers)).toEqual(state);
  });

  it.each([
    { ratelimit: '"default";r=-1;t=30' },
    { ratelimit: '"default";r=1.5;t=30' },
    { ratelimit: 'garbage' },
    { ratelimit: '' },
    { 'x-ratelimit-remaining': 'none', 'x-ratelimit-reset': '5' },
    { 'x-ratelimit-remaining': '0' },
    { 'retry-after': 'soon' },
  ])('is left out where it can not be read: %j', (headers) => {
    expect(read(headers)).toEqual({});
  });

  it('is a day away at most', () => {
    expect(read({ ratelimit: '"x";r=0;t=999999999999' })).toEqual({ remaining: 0, resetMs: 86_400_000 });
  });
});
