import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { limited, rich, steps } from '../fixture/workflow.ts';
import { api, boxOf, headersOf, problemOf, type BoxOptions } from './box.ts';

const path = '/v1/workflows/steps/executions';
const json = { 'Content-Type': 'application/json' };

async function post(body: BodyInit | null, headers: Record<string, string> = {}, options: BoxOptions = {}) {
  const { api: asking, reached } = boxOf({ listeners: [[steps]], ...options });
  const [workflow] = options.listeners?.[0] ?? [steps];
  const response = await asking(`/v1/workflows/${workflow.name}/executions`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body,
  });
  return { response, reached };
}

it.each(['unknown', 'STEPS', '__proto__', 'toString', 'steps%00', '%252e%252e'])(
  'the workflow %s is a 404',
  async (name) => {
    const response = await api(`/v1/workflows/${name}/executions`, {
      method: 'POST',
      headers: json,
      body: '{}',
    });
    const problem = await problemOf(response, 404, 'not-found');

    expect(problem.detail).toBe('There is no such workflow.');
  },
);

it.each(['PUT', 'PATCH', 'DELETE'])('%s is a 405 with Allow', async (method) => {
  const response = await api(path, { method });

  await problemOf(response, 405, 'method-not-allowed');
  expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST');
});

describe('a body of another kind', () => {
  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/jsonx',
    '',
  ])('%j is a 415 that says what is taken', async (type) => {
    const { response, reached } = await post('{"count":1}', { 'Content-Type': type });

    await problemOf(response, 415, 'media-type');
    expect(response.headers.get('Accept')).toBe('application/json');
    expect(reached).toEqual([]);
  });

  it('that is encoded is a 415 (BD-08)', async () => {
    const { response } = await post('{"count":1}', { 'Content-Encoding': 'gzip' });

    await problemOf(response, 415, 'content-coding');
    expect(response.headers.get('Accept-Encoding')).toBe('identity');
  });
});

describe('a body that is no JSON within bounds', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it.each([
    ['broken', '{'],
    ['two values (BD-34)', '{}{}'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['with a byte-order mark (BD-03)', '\uFEFF{}'],
    ['65 deep', deep(65)],
    ['of 100 000 members (BD-23)', JSON.stringify(Array.from({ length: 100_000 }, () => 1))],
  ])('%s is a 400', async (_, body) => {
    const { response, reached } = await post(body);

    await problemOf(response, 400, 'body-unreadable');
    expect(reached).toEqual([]);
  });

  it('64 deep is taken', async () => {
    expect((await post(deep(64), {}, { listeners: [[rich]] })).response.status).toBe(202);
  });

  it('of more than 1 MiB is a 413, of 1 MiB is taken (BD-11)', async () => {
    const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    const at = await post(text(1_048_576), {}, { listeners: [[rich]] });
    const past = await post(text(1_048_577), {}, { listeners: [[rich]] });

    expect(at.response.status).toBe(202);
    expect(await problemOf(past.response, 413, 'body-too-large')).toMatchObject({ bytesMax: 1_048_576 });
    expect(past.reached).toEqual([]);
  });
});

describe('an input that does not fit', () => {
  it('is a 422 that points at each thing that is wrong', async () => {
    const { response, reached } = await post('{"count":"one"}');
    const problem = await problemOf(response, 422, 'input-invalid');

    expect(problem['issues']).toEqual([{ pointer: '/count', detail: expect.stringContaining('expected') }]);
    expect(reached).toEqual([]);
  });

  it('as a whole is pointed at by the empty pointer', async () => {
    const { response } = await post(null);
    const problem = await problemOf(response, 422, 'input-invalid');

    expect(problem['issues']).toMatchObject([{ pointer: '' }]);
  });

  it('is pointed at with RFC 6901’s escapes, and a hundred times at most', async () => {
    const input = z.record(z.string(), z.number());
    const body = {
      'a/b~c': 'x',
      ...Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, 'x'])),
    };
    const { response } = await post(JSON.stringify(body), {}, { listeners: [[{ ...rich, input }]] });
    const problem = await problemOf(response, 422, 'input-invalid');
    const issues = z.array(z.object({ pointer: z.string(), detail: z.string() })).parse(problem['issues']);

    expect(issues[0]?.pointer).toBe('/a~1b~0c');
    expect(issues).toHaveLength(100);
  });
});

describe('an Idempotency-Key', () => {
  it.each([
    '""',
    '"',
    '"a',
    'a"',
    '"a";p=1',
    '"a", "b"',
    'a b',
    'a,b',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    'x'.repeat(10_240),
  ])('%s is malformed: a 400 (ID-02)', async (key) => {
    const { response, reached } = await post('{"count":1}', { 'Idempotency-Key': key });

    await problemOf(response, 400, 'idempotency-key-malformed');
    expect(reached).toEqual([]);
  });

  it('of 255 characters is taken', async () => {
    const { response } = await post('{"count":1}', { 'Idempotency-Key': 'x'.repeat(255) });

    expect(response.status).toBe(202);
  });

  it('that came with another body is a 422 that names the execution it started', async () => {
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await post('{"count":1}', key);
    const other = await post('{"count":2}', key);
    const problem = await problemOf(other.response, 422, 'idempotency-key-reused');

    expect(`/v1/executions/${String(problem['execution'])}`).toBe(first.response.headers.get('Location'));
  });
});

it('past the workflow’s limit is a 429 with when to come back, and where the limit stands (RL-02)', async () => {
  const options: BoxOptions = { listeners: [[limited]] };
  const { response: first } = await post('{}', {}, options);
  await post('{}', {}, options);
  const { response: third } = await post('{}', {}, options);

  expect(first.status).toBe(202);
  expect(headersOf(first)).toMatchObject({
    ratelimit: '"workflow";r=1;t=30',
    'ratelimit-policy': '"workflow";q=2;w=60',
  });
  await problemOf(third, 429, 'rate-limited');
  expect(Number(third.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
  expect(headersOf(third)).toMatchObject({
    ratelimit: expect.stringMatching(/^"workflow";r=0;t=\d+$/),
    'ratelimit-policy': '"workflow";q=2;w=60',
  });
});

it('an object that can not be asked makes it a 503 with Retry-After', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { response } = await post(
    '{"count":1}',
    {},
    {
      before: () => ({
        accept: async () => {
          throw new Error('fake fault');
        },
      }),
    },
  );

  await problemOf(response, 503, 'unavailable');
  expect(response.headers.get('Retry-After')).toBe('5');
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});
