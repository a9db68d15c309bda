import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { steps } from '../fixture/workflow.ts';
import { api, ask, boxOf, commonHeaders, headersOf, problemOf, rootKey } from './box.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a path that leads nowhere', () => {
  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/hooks',
    '/v1/hooks/',
    '/v1/executions',
    '/v1/executions/a/b',
    '/v1/workflows',
    '/v1/approvals',
    '/healthz/',
    '/HEALTHZ',
    '/metrics',
    '/debug',
    '/__scheduled',
    '/cdn-cgi/handler/scheduled',
    '/.git/config',
    '/.dev.vars',
    '//',
    '/%00',
    '/%c0%ae%c0%ae',
    '/%252e%252e/%252e',
    `/${'x'.repeat(8_000)}`,
  ])('%s is a 404, with or without the key, by every method (HT-05, AZ-17)', async (path) => {
    const methods = ['GET', 'POST', 'DELETE', 'OPTIONS'];
    const answers = await Promise.all([ask(path), ...methods.map((method) => api(path, { method }))]);
    const problems = await Promise.all(answers.map((answer) => problemOf(answer, 404, 'not-found')));

    expect(new Set(problems.map(({ detail }) => detail))).toEqual(new Set(['There is no such route.']));
  });
});

describe('healthz', () => {
  it('answers without a key and without an object', async () => {
    const { ask: asking, reached } = boxOf({ listeners: [[steps]] });
    const response = await asking('/healthz');

    expect(response.status).toBe(200);
    expect(headersOf(response)).toEqual({ ...commonHeaders, 'content-type': 'application/json' });
    expect(await response.json()).toEqual({ status: 'ok' });
    expect(reached).toEqual([]);
  });

  it('mirrors GET by HEAD (HT-02)', async () => {
    const response = await ask('/healthz', { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(headersOf(response)).toEqual({ ...commonHeaders, 'content-type': 'application/json' });
    expect(await response.text()).toBe('');
  });

  it.each(['POST', 'PUT', 'DELETE'])('by %s is a 405', async (method) => {
    const response = await ask('/healthz', { method });

    await problemOf(response, 405, 'method-not-allowed');
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('the request id', () => {
  it('is the request’s own where it is well-formed, also in a problem', async () => {
    const headers = { 'X-Request-Id': 'Fake.request_id~1+2/3=4' };
    const response = await ask('/nothing', { headers });

    expect(response.headers.get('X-Request-Id')).toBe('Fake.request_id~1+2/3=4');
    expect((await problemOf(response, 404, 'not-found')).requestId).toBe('Fake.request_id~1+2/3=4');
  });

  it.each(['', 'x'.repeat(129), '<script>', 'a b'])('is a new one where it is %j', async (id) => {
    const response = await ask('/healthz', { headers: { 'X-Request-Id': id } });

    expect(response.headers.get('X-Request-Id')).toMatch(uuid);
  });
});

it('the trace goes on in the answer, with a span of ours', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const response = await ask('/healthz', { headers: { traceparent } });

  expect(response.headers.get('traceparent')).toMatch(
    /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/,
  );
  expect(response.headers.get('traceparent')).not.toBe(traceparent);
});

it('64 KB of headers and a thousand of them are answered (HT-13)', async () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`X-Fake-${at}`, 'x']));

  expect((await ask('/healthz', { headers: { 'X-Fake': 'x'.repeat(65_536) } })).status).toBe(200);
  expect((await ask('/healthz', { headers: many })).status).toBe(200);
});

/** A check of the input that throws: a bug in a workflow's schema. */
function buggy(thrown: unknown): () => boolean {
  return () => {
    // oxlint-disable-next-line typescript/only-throw-error -- what comes of such a bug is what the tests are about
    throw thrown;
  };
}

it('a bug is a 500 that tells nothing, and one line of JSON in the log without secrets (HT-27, CR-08)', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { api: asking } = boxOf({
    listeners: [[{ ...steps, input: z.unknown().refine(buggy(new TypeError(`fake bug with ${rootKey}`))) }]],
  });
  const response = await asking('/v1/workflows/steps/executions?token=fake-token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"count":1}',
  });
  const problem = await problemOf(response, 500, 'internal');
  const [line] = log.mock.calls[0] ?? [];

  expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail', 'instance', 'requestId']);
  expect(JSON.stringify(problem)).not.toMatch(/fake bug|fake-token/);
  expect(log).toHaveBeenCalledOnce();
  expect(JSON.parse(String(line))).toMatchObject({
    level: 'error',
    what: 'request-failed',
    requestId: problem.requestId,
    method: 'POST',
    path: '/v1/workflows/steps/executions',
    message: 'fake bug with [secret]',
  });
  expect(String(line)).not.toContain(rootKey);
  expect(String(line)).not.toContain('fake-token');
  log.mockRestore();
});

it('what is thrown and is no error is a 500 too', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { api: asking } = boxOf({
    listeners: [[{ ...steps, input: z.unknown().refine(buggy('fake text')) }]],
  });
  const response = await asking('/v1/workflows/steps/executions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });

  await problemOf(response, 500, 'internal');
  expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({ message: 'fake text' });
  log.mockRestore();
});

it('the token of a link is neither in a problem nor in the log', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { ask: asking } = boxOf({ sign: () => Promise.reject(new Error('fake fault')) });
  const path = '/v1/approvals/ZmFrZQ.dG9rZW4';
  const unknown = await problemOf(await ask(path), 404, 'not-found');
  const broken = await problemOf(await asking(path), 500, 'internal');

  expect(log).toHaveBeenCalledOnce();
  expect(JSON.stringify([unknown, broken, log.mock.calls])).not.toContain('dG9rZW4');
  log.mockRestore();
});
