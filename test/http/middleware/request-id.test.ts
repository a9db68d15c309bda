import { expect, it } from 'vitest';
import { requestIdOf } from '../../../src/http/middleware/request-id.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it.each(['a', 'A-Z_0.9~+/=', 'x'.repeat(128)])('%s is taken over', (id) => {
  expect(requestIdOf(new Headers({ 'X-Request-Id': id }))).toBe(id);
});

it.each(['', ' ', 'x'.repeat(129), 'a b', 'a,b', '"a"', 'a;b', '<a>', 'a\tb'])(
  '%j is replaced by a new UUID',
  (id) => {
    expect(requestIdOf(new Headers({ 'X-Request-Id': id }))).toMatch(uuid);
  },
);

it('two requests without one get two', () => {
  expect(requestIdOf(new Headers())).not.toBe(requestIdOf(new Headers()));
});

it('two that come at once are none (a joined header has a comma)', () => {
  const headers = new Headers({ 'X-Request-Id': 'a' });
  headers.append('X-Request-Id', 'b');

  expect(requestIdOf(headers)).toMatch(uuid);
});
