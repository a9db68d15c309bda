import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RateLimitState } from '../../src/core/acceptance.ts';
import type { Failure } from '../../src/core/failure.ts';
import { problemAnswer, problemTypeBase, rateHeaders } from '../../src/http/problem.ts';

const state: RateLimitState = {
  name: 'source:shop',
  policy: { limit: 100, windowSeconds: 60 },
  remaining: 0,
  resetSeconds: 30,
};

/** One failure of each kind, with the status and the headers that RFC 9110, RFC 6585 and API.md give it. */
const failures: readonly (readonly [Failure, number, Record<string, string>])[] = [
  [{ kind: 'not-found', what: 'execution' }, 404, {}],
  [{ kind: 'gone', what: 'approval' }, 410, {}],
  [{ kind: 'method-not-allowed', allow: ['GET', 'HEAD'] }, 405, { Allow: 'GET, HEAD' }],
  [{ kind: 'not-genuine' }, 401, { 'WWW-Authenticate': 'Signature realm="signalbox"' }],
  [{ kind: 'unauthorized', presented: false }, 401, { 'WWW-Authenticate': 'Bearer realm="signalbox"' }],
  [
    { kind: 'unauthorized', presented: true },
    401,
    { 'WWW-Authenticate': 'Bearer realm="signalbox", error="invalid_token"' },
  ],
  [{ kind: 'body-too-large', bytesMax: 1024 }, 413, {}],
  [{ kind: 'body-unreadable', detail: 'The body is not JSON in UTF-8.' }, 400, {}],
  [{ kind: 'media-type', accepted: ['application/json'] }, 415, { Accept: 'application/json' }],
  [{ kind: 'body-too-slow', timeoutMs: 8000 }, 408, { Connection: 'close' }],
  [{ kind: 'content-coding' }, 415, { 'Accept-Encoding': 'identity' }],
  [{ kind: 'input-invalid', issues: [{ pointer: '/name', detail: 'is not text' }] }, 422, {}],
  [{ kind: 'parameter-invalid', parameter: 'Prefer', detail: 'Cannot wait.' }, 400, {}],
  [{ kind: 'idempotency-key-malformed', detail: 'Cannot read it.' }, 400, {}],
  [{ kind: 'idempotency-key-reused', id: 'order.0.00000000000' }, 422, {}],
  [
    { kind: 'rate-limited', limits: [state], retryAfterSeconds: 12 },
    429,
    {
      'Retry-After': '12',
      RateLimit: '"source:shop";r=0;t=30',
      'RateLimit-Policy': '"source:shop";q=100;w=60',
    },
  ],
  [{ kind: 'conflict', detail: 'The execution is final.' }, 409, {}],
  [{ kind: 'precondition-failed' }, 412, {}],
  [{ kind: 'unavailable', retryAfterSeconds: 5 }, 503, { 'Retry-After': '5' }],
  [{ kind: 'internal' }, 500, {}],
];

const problemSchema = z.looseObject({
  type: z.url(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string(),
  requestId: z.string(),
});

const path = '/v1/executions/abc';

describe.each(failures)('a failure %j', (failure, status, headers) => {
  const answer = problemAnswer(failure, path, 'request-1');
  const problem = problemSchema.parse(JSON.parse(answer.body ?? ''));

  it(`is ${status} on the wire and in the document (HT-28)`, () => {
    expect(answer.status).toBe(status);
    expect(problem.status).toBe(status);
  });

  it('carries the headers of its status', () => {
    expect(answer.headers).toEqual({ 'Content-Type': 'application/problem+json', ...headers });
  });

  it('has the type of its kind, the path as its instance, and the request id', () => {
    expect(problem.type).toBe(`${problemTypeBase}${failure.kind}`);
    expect(problem.instance).toBe(path);
    expect(problem.requestId).toBe('request-1');
  });
});

it('lists what is wrong with an input by JSON Pointers', () => {
  const issues = [{ pointer: '/items/0', detail: 'is not text' }];
  const answer = problemAnswer({ kind: 'input-invalid', issues }, path, 'request-1');

  expect(JSON.parse(answer.body ?? '')).toMatchObject({ issues });
});

it('names the parameter that is wrong', () => {
  const answer = problemAnswer(
    { kind: 'parameter-invalid', parameter: 'Prefer', detail: 'Cannot wait.' },
    path,
    'request-1',
  );

  expect(JSON.parse(answer.body ?? '')).toMatchObject({ parameter: 'Prefer', detail: 'Cannot wait.' });
});

describe('the rate headers (RL-02)', () => {
  it('are none where nothing is limited', () => {
    expect(rateHeaders([])).toEqual({});
  });

  it('list each limit under its name', () => {
    const other: RateLimitState = {
      name: 'workflow',
      policy: { limit: 5, windowSeconds: 1 },
      remaining: 4,
      resetSeconds: 1,
    };

    expect(rateHeaders([state, other])).toEqual({
      RateLimit: '"source:shop";r=0;t=30, "workflow";r=4;t=1',
      'RateLimit-Policy': '"source:shop";q=100;w=60, "workflow";q=5;w=1',
    });
  });

  it('show the tightest of several limits of one name', () => {
    const loose = { ...state, remaining: 9, resetSeconds: 1 };

    for (const states of [
      [loose, state],
      [state, loose],
    ]) {
      expect(rateHeaders(states)['RateLimit']).toBe('"source:shop";r=0;t=30');
    }
  });
});
