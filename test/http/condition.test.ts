import { expect, it } from 'vitest';
import { isUnchanged, matchingTags } from '../../src/http/condition.ts';

const etag = '"1a-2b"';

it.each(['"1a-2b"', 'W/"1a-2b"', '"x", "1a-2b"', '"x",W/"1a-2b" , "y"', '*', ' * '])(
  'If-None-Match: %s names the tag',
  (header) => {
    expect(isUnchanged(header, etag)).toBe(true);
  },
);

it.each(['', '1a-2b', '"1a-2"', '"1A-2B"', 'w/"1a', '"x", "y"', '**', '"*"', '"1a-2b', "'1a-2b'"])(
  'If-None-Match: %s does not',
  (header) => {
    expect(isUnchanged(header, etag)).toBe(false);
  },
);

it('nothing is known to a caller who names nothing', () => {
  expect(isUnchanged(null, etag)).toBe(false);
});

it('a header of 64 KB is judged at once', () => {
  expect(isUnchanged('"x",'.repeat(16_384), etag)).toBe(false);
  expect(isUnchanged('"'.repeat(65_535), etag)).toBe(false);
});

it.each([
  [null, undefined],
  ['*', undefined],
  [' * ', undefined],
  ['"1a-2b"', [etag]],
  ['"x" , "1a-2b"', ['"x"', etag]],
  ['W/"1a-2b"', []],
  ['w/"1a-2b", "x"', ['"x"']],
  ['', []],
  ['1a-2b', []],
  ['"1a-2b', []],
  ['**', []],
])('If-Match: %s means %j', (header, tags) => {
  expect(matchingTags(header)).toEqual(tags);
});
