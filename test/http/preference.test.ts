import { expect, it } from 'vitest';
import { readWait } from '../../src/http/preference.ts';

it.each([
  [null, undefined],
  ['', undefined],
  ['respond-async', undefined],
  ['await=5', undefined],
  ['wait=0', 0],
  ['wait=30', 30],
  ['Wait=7', 7],
  ['wait = 7', 7],
  ['wait="7"', 7],
  ['wait=7; foo=bar', 7],
  ['respond-async, wait=10', 10],
  ['wait=10, wait=20', 10],
])('Prefer: %s waits for %s seconds', (header, seconds) => {
  expect(readWait(header)).toEqual({ ok: true, value: seconds });
});

it.each([
  'wait',
  'wait=',
  'wait=31',
  'wait=-1',
  'wait=1.5',
  'wait=1e1',
  'wait=0x1',
  'wait=99999999999',
  'wait="',
  'wait=Infinity',
])('Prefer: %s is refused', (header) => {
  expect(readWait(header)).toMatchObject({
    ok: false,
    error: { kind: 'parameter-invalid', parameter: 'Prefer' },
  });
});
