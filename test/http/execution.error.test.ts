import { describe, expect, it, vi } from 'vitest';
import { start, untilFinal } from '../durable-objects/object.ts';
import { steps } from '../fixture/workflow.ts';
import { api, ask, boxOf, commonHeaders, headersOf, problemOf } from './box.ts';

const serial = '1'.repeat(11);

describe('an id that leads nowhere is a 404', () => {
  it.each([
    'x',
    'steps',
    'steps.0',
    `steps.0.${serial}.0`,
    `steps.0.${serial.slice(1)}`,
    `steps.00.${serial}`,
    `steps.-1.${serial}`,
    `steps.1024.${serial}`,
    `steps.0.${'i'.repeat(11)}`,
    `steps.0.${'z'.repeat(11)}`,
    `Steps.0.${serial}`,
    `steps.0.${serial}%00`,
    `steps.0.${serial}%0A`,
    `steps.0.${serial};jsessionid=1`,
    `steps%2F0.0.${serial}`,
    '%252e%252e',
    '%c0%ae',
    '%ED%A0%80',
    '%',
    '..%2f..',
    "' OR 1=1--",
    '__proto__',
    'x'.repeat(10_000),
  ])('%s: malformed, no object is asked (HT-05)', async (id) => {
    const { api: asking, reached } = boxOf({ listeners: [[steps]] });

    await problemOf(await asking(`/v1/executions/${id}`), 404, 'not-found');
    expect(reached).toEqual([]);
  });

  it('of a workflow that is not deployed: no object is asked', async () => {
    const { api: asking, reached } = boxOf({ listeners: [[steps]] });

    await problemOf(await asking(`/v1/executions/gone.0.${serial}`), 404, 'not-found');
    expect(reached).toEqual([]);
  });

  it.each(['0', '7'])('of an execution that never was, on shard %s', async (shard) => {
    const problem = await problemOf(await api(`/v1/executions/steps.${shard}.${serial}`), 404, 'not-found');

    expect(problem.detail).toBe('There is no such execution.');
  });

  it('with or without a wait', async () => {
    const headers = { Prefer: 'wait=30', 'If-None-Match': '*' };

    const problem = await problemOf(
      await api(`/v1/executions/steps.0.${serial}`, { headers }),
      404,
      'not-found',
    );

    expect(problem.detail).toBe('There is no such execution.');
  });
});

it.each(['wait=31', 'wait=-1', 'wait=x', 'wait'])('Prefer: %s is a 400 that names it', async (prefer) => {
  const response = await api(`/v1/executions/steps.0.${serial}`, { headers: { Prefer: prefer } });

  expect(await problemOf(response, 400, 'parameter-invalid')).toMatchObject({ parameter: 'Prefer' });
});

describe('a method that it does not have', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PROPFIND'])('%s is a 405 with Allow', async (method) => {
    const response = await api(`/v1/executions/steps.0.${serial}`, { method });

    await problemOf(response, 405, 'method-not-allowed');
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS, PATCH');
  });

  it('OPTIONS is a 204 with Allow, and no CORS headers (HT-03)', async () => {
    const response = await ask(`/v1/executions/steps.0.${serial}`, {
      method: 'OPTIONS',
      headers: { Origin: 'null', 'Access-Control-Request-Method': 'DELETE' },
    });

    expect(response.status).toBe(204);
    expect(headersOf(response)).toEqual({ ...commonHeaders, allow: 'GET, HEAD, OPTIONS, PATCH' });
  });
});

it('an object that can not be asked makes it a 503 with Retry-After, and leaks nothing', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { api: asking } = boxOf({
    listeners: [[steps]],
    before: () => ({
      status: async () => {
        throw new Error('fake fault of the storage');
      },
    }),
  });
  const response = await asking(`/v1/executions/steps.0.${serial}`);
  const problem = await problemOf(response, 503, 'unavailable');

  expect(response.headers.get('Retry-After')).toBe('5');
  expect(JSON.stringify(problem)).not.toContain('fake fault');
  expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({ what: 'status-failed' });
  log.mockRestore();
});

describe('what is asked for and not given', () => {
  const asked = async (init: RequestInit) => {
    const id = await start('steps', { count: 1 });
    await untilFinal(id);
    return api(`/v1/executions/${id}`, init);
  };

  it.each([
    ['another media type (HT-17)', { Accept: 'application/xml' }],
    ['no JSON (HT-17)', { Accept: 'application/json;q=0' }],
    ['a range (HT-20)', { Range: 'bytes=0-1' }],
    ['a websocket (HT-22)', { Upgrade: 'websocket', Connection: 'Upgrade' }],
    ['another method (HT-07)', { 'X-HTTP-Method-Override': 'DELETE' }],
  ])('%s: the whole JSON it is', async (_, headers) => {
    const response = await asked({ headers });

    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ status: 'completed' });
  });
});

it('a query parameter that is not known is ignored (HT-15)', async () => {
  const id = await start('steps', { count: 1 });

  expect((await api(`/v1/executions/${id}?lmit=5`)).status).toBe(200);
});
