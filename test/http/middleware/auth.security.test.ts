import { describe, expect, it } from 'vitest';
import { ok } from '../../../src/core/result.ts';
import type { Exchange } from '../../../src/http/exchange.ts';
import { authenticated } from '../../../src/http/middleware/auth.ts';

const rootKey = 'fake-root-key-0123456789abcdef-0123';
const answer = ok({ status: 200, headers: {}, body: 'secret' });
const guard = authenticated(rootKey);

async function ask(headers: Headers | Record<string, string>, url = 'https://box.example/v1/x') {
  let reached = false;
  const handler = guard(async () => {
    reached = true;
    return answer;
  });
  const exchange: Exchange = {
    request: new Request(url, { headers }),
    requestId: 'r',
    traceparent: undefined,
    now: new Date(0),
    param: () => '',
    report: () => undefined,
  };
  return { outcome: await handler(exchange), reached };
}

describe('the root key', () => {
  it.each([`Bearer ${rootKey}`, `bearer ${rootKey}`, `BEARER   ${rootKey}`])('as %s opens', async (value) => {
    expect(await ask({ Authorization: value })).toEqual({ outcome: answer, reached: true });
  });
});

describe('a caller without a bearer token is told which one is wanted', () => {
  it.each([
    ['nothing', {}],
    ['an empty header', { Authorization: '' }],
    ['the scheme alone', { Authorization: 'Bearer' }],
    ['another scheme', { Authorization: `Basic ${btoa(`root:${rootKey}`)}` }],
    ['a digest, which has commas', { Authorization: 'Digest username="a", realm="b", nonce="c"' }],
    ['the bare key', { Authorization: rootKey }],
    ['a cookie', { Cookie: `key=${rootKey}` }],
    ['another header', { 'X-API-Key': rootKey }],
  ])('who shows %s', async (_, headers) => {
    expect(await ask(headers)).toEqual({
      outcome: { ok: false, error: { kind: 'unauthorized', presented: false } },
      reached: false,
    });
  });

  it('who shows it in the query, where it would be logged', async () => {
    expect(await ask({}, `https://box.example/v1/x?access_token=${rootKey}`)).toMatchObject({
      outcome: { error: { kind: 'unauthorized', presented: false } },
      reached: false,
    });
  });
});

describe('a wrong token', () => {
  it.each([
    ['of one character', 'x'],
    ['that is the key without its last character', rootKey.slice(0, -1)],
    ['that is the key and more', `${rootKey}x`],
    ['that is the key in upper case', rootKey.toUpperCase()],
    ['that is the key with one bit changed', `e${rootKey.slice(1)}`],
    ['that is the key twice', `${rootKey} ${rootKey}`],
    ['of 64 KB', 'x'.repeat(65_536)],
    ['in JSON (JW-17)', '{"payload":"a","signature":"b"}'],
    ['without a signature (JW-04)', 'a.b.'],
    ['that is undefined', 'undefined'],
  ])('%s is refused', async (_, token) => {
    expect(await ask({ Authorization: `Bearer ${token}` })).toEqual({
      outcome: { ok: false, error: { kind: 'unauthorized', presented: true } },
      reached: false,
    });
  });
});

describe('two credentials at once are refused, also where one is right (JW-24)', () => {
  const right = `Bearer ${rootKey}`;
  const twice = new Headers({ Authorization: right });
  twice.append('Authorization', right);
  const other = new Headers({ Authorization: 'Basic YTpi' });
  other.append('Authorization', right);

  it.each([
    ['two headers', twice, undefined],
    ['two schemes', other, undefined],
    ['a header and an API key', { Authorization: right, 'X-API-Key': rootKey }, undefined],
    ['a header and the query', { Authorization: right }, `https://box.example/v1/x?access_token=${rootKey}`],
  ])('%s', async (_, headers, url) => {
    expect(await ask(headers, url)).toMatchObject({
      outcome: { ok: false, error: { kind: 'parameter-invalid', parameter: 'Authorization' } },
      reached: false,
    });
  });
});
