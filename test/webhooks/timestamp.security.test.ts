// Times that are forged, malformed, stale or missing.
import { describe, expect, it } from 'vitest';
import { judge, signedBy } from './judge.ts';
import {
  base64,
  bytes,
  flipBit,
  hex,
  hmacSha256,
  now,
  nowSeconds,
  post,
  withBody,
  withHeader,
} from './request.ts';

const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const standard = await signedBy('standardwebhooks', '{"type":"a"}', whsec);

describe('timestamps', () => {
  it.each([
    ['1700000000', 'verified'],
    ['1700000000000', 'malformed-timestamp'],
    ['1700000000abc', 'malformed-timestamp'],
    ['1700000000.0', 'malformed-timestamp'],
    ['1.7e9', 'malformed-timestamp'],
    ['+1700000000', 'malformed-timestamp'],
    ['0x6553f100', 'malformed-timestamp'],
    ['-1', 'malformed-timestamp'],
    ['9'.repeat(400), 'malformed-timestamp'],
    ['', 'missing-timestamp'],
  ])('a validly signed time "%.20s" is %s', async (stamp, judgement) => {
    const secret = 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    const key = await crypto.subtle.importKey(
      'raw',
      Uint8Array.from(atob(secret), (character) => character.charCodeAt(0)),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(`m.${stamp}.{}`)));
    const headers = {
      'webhook-id': 'm',
      'webhook-timestamp': stamp,
      'webhook-signature': `v1,${base64(mac)}`,
    };
    expect(await judge('standardwebhooks', post(headers, '{}'), [secret])).toBe(judgement);
  });

  it('a missing time is missing', async () => {
    expect(
      await judge('standardwebhooks', withHeader(standard, 'webhook-timestamp', undefined), [whsec]),
    ).toBe('missing-timestamp');
  });

  it('an unsigned header is no clock: Linear is judged by its body', async () => {
    const old = JSON.stringify({ type: 'Issue', action: 'create', webhookTimestamp: now.getTime() - 61_000 });
    const headers = {
      'linear-signature': hex(await hmacSha256('s', old)),
      'linear-timestamp': String(now.getTime()),
    };
    expect(await judge('linear', post(headers, old), ['s'])).toBe('stale-timestamp');
  });
});

it('a replay under a changed time is no match', async () => {
  const late = withHeader(standard, 'webhook-timestamp', String(Number(nowSeconds) + 600));
  expect(await judge('standardwebhooks', late, [whsec], new Date(now.getTime() + 600_000))).toBe('no-match');
  expect(await judge('standardwebhooks', withBody(standard, flipBit(standard.body)), [whsec])).toBe(
    'no-match',
  );
});
