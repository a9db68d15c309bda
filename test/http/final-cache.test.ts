import { describe, expect, it } from 'vitest';
import type { StatusAnswer } from '../../src/core/execution.ts';
import { FinalCache } from '../../src/http/final-cache.ts';

function answerOf(body: string, final = true): StatusAnswer {
  return { body, etag: `"${body.length}"`, final };
}

/** 256 KiB as the cache counts: the largest answer that it keeps. */
const largest = 'x'.repeat(131_072);

it('gives back what is final', () => {
  const cache = new FinalCache();
  const answer = answerOf('{}');
  cache.set('a', answer);

  expect(cache.get('a')).toBe(answer);
  expect(cache.get('b')).toBeUndefined();
});

it('keeps nothing that can still change', () => {
  const cache = new FinalCache();
  cache.set('a', answerOf('{}', false));

  expect(cache.get('a')).toBeUndefined();
});

describe('bounds', () => {
  it('keep an answer of 256 KiB, and no larger one', () => {
    const cache = new FinalCache();
    cache.set('at', answerOf(largest));
    cache.set('past', answerOf(`${largest}x`));

    expect(cache.get('at')).toBeDefined();
    expect(cache.get('past')).toBeUndefined();
  });

  it('keep 2 048 answers: the one used longest ago goes for the next', () => {
    const cache = new FinalCache();
    for (let at = 0; at < 2_048; at += 1) cache.set(String(at), answerOf('{}'));
    cache.get('0');
    cache.set('new', answerOf('{}'));

    expect(cache.get('0')).toBeDefined();
    expect(cache.get('1')).toBeUndefined();
    expect(cache.get('new')).toBeDefined();
  });

  it('keep 16 MiB: 64 of the largest answers, and not one more', () => {
    const cache = new FinalCache();
    for (let at = 0; at < 65; at += 1) cache.set(String(at), answerOf(largest));

    expect(cache.get('0')).toBeUndefined();
    expect(cache.get('1')).toBeDefined();
    expect(cache.get('64')).toBeDefined();
  });

  it('count an answer once, however often it is set', () => {
    const cache = new FinalCache();
    cache.set('first', answerOf(largest));
    for (let at = 0; at < 100; at += 1) cache.set('again', answerOf(largest));

    expect(cache.get('first')).toBeDefined();
  });
});
