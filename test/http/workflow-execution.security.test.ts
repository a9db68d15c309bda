import { describe, expect, it } from 'vitest';
import type { AcceptRequest } from '../../src/core/acceptance.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, problemOf, rootKey } from './box.ts';

const json = { 'Content-Type': 'application/json' };

describe('a caller without the key', () => {
  it.each([
    ['for a workflow that is', '/v1/workflows/steps/executions', '{"count":1}'],
    ['for one that is not', '/v1/workflows/unknown/executions', '{"count":1}'],
    ['with a broken body', '/v1/workflows/steps/executions', '{'],
    ['with a body past the limit', '/v1/workflows/steps/executions', 'x'.repeat(1_048_577)],
  ])('%s gets the same 401, and reaches no object', async (_, path, body) => {
    const { ask, reached } = boxOf({ listeners: [[steps]] });
    const response = await ask(path, { method: 'POST', headers: { ...json, 'Idempotency-Key': '"' }, body });

    await problemOf(response, 401, 'unauthorized');
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="signalbox"');
    expect(reached).toEqual([]);
  });

  it.each(['X-Api-Key', 'Cookie', 'X-Original-URL', 'X-Forwarded-Authorization'])(
    'who shows it in %s gets a 401',
    async (name) => {
      const { ask, reached } = boxOf({ listeners: [[steps]] });
      const response = await ask('/v1/workflows/steps/executions', {
        method: 'POST',
        headers: { ...json, [name]: rootKey },
        body: '{"count":1}',
      });

      await problemOf(response, 401, 'unauthorized');
      expect(reached).toEqual([]);
    },
  );

  it('does not get in by a path that is written otherwise (HT-05)', async () => {
    const { ask, reached } = boxOf({ listeners: [[steps]] });
    const paths = [
      '/v1/workflows/steps/%65xecutions',
      '/v1//workflows/steps/executions',
      '/v1/workflows/steps/executions/',
      '/v1/hooks/../workflows/steps/executions',
      '/v1/hooks/..%2fworkflows/steps/executions',
      '/V1/workflows/steps/executions',
      '/v1/workflows/steps/executions;x=1',
      '/healthz/../v1/workflows/steps/executions',
    ];
    for (const path of paths) {
      const { status } = await ask(path, { method: 'POST', headers: json, body: '{"count":1}' });

      expect([401, 404]).toContain(status);
    }
    expect(reached).toEqual([]);
  });
});

it('a foreign page can not start one: a form’s media types are a 415, and no origin is allowed (AZ-15)', async () => {
  const { api, reached } = boxOf({ listeners: [[steps]] });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const response = await api('/v1/workflows/steps/executions', {
      method: 'POST',
      headers: { 'Content-Type': type, Origin: 'https://evil.example' },
      body: '{"count":1}',
    });

    await problemOf(response, 415, 'media-type');
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  expect(reached).toEqual([]);
});

it('a key and an input with meta characters of SQL, HTML and logs are kept as they are (IN-01)', async () => {
  const requests: AcceptRequest[] = [];
  const { api } = boxOf({
    listeners: [[steps]],
    before: (object) => ({
      accept: (request) => {
        requests.push(request);
        return object.accept(request);
      },
    }),
  });
  const key = `' OR 1=1;--<b>${crypto.randomUUID()}`;
  const body = { count: 1, note: `"; DROP TABLE execution;-- <script>\u2028\u001B[2J\u202E` };
  const init = {
    method: 'POST',
    headers: { ...json, 'Idempotency-Key': `"${key}"` },
    body: JSON.stringify(body),
  };
  const first = await api('/v1/workflows/steps/executions', init);
  const again = await api('/v1/workflows/steps/executions', init);

  expect(first.status).toBe(202);
  expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
  expect(requests[0]).toMatchObject({ key: `api-key:${key}`, data: JSON.stringify(body) });
});
