import { describe, expect, it } from 'vitest';
import { start, untilFinal } from '../durable-objects/object.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, problemOf, rootKey } from './box.ts';

describe('a caller without the key', () => {
  it.each([
    ['none', {}, 'Bearer realm="signalbox"'],
    [
      'another',
      { Authorization: `Bearer ${'x'.repeat(40)}` },
      'Bearer realm="signalbox", error="invalid_token"',
    ],
    [
      'a prefix of it',
      { Authorization: `Bearer ${rootKey.slice(0, -1)}` },
      'Bearer realm="signalbox", error="invalid_token"',
    ],
    ['it by another scheme', { Authorization: `Basic ${rootKey}` }, 'Bearer realm="signalbox"'],
  ])(
    'who shows %s gets a 401 that says which is wanted, and reaches no object',
    async (_, headers, challenge) => {
      const { ask, reached } = boxOf({ listeners: [[steps]] });
      const response = await ask(`/v1/executions/steps.0.${'1'.repeat(11)}`, { headers });

      await problemOf(response, 401, 'unauthorized');
      expect(response.headers.get('WWW-Authenticate')).toBe(challenge);
      expect(reached).toEqual([]);
    },
  );

  it('can not tell an execution that is from one that is not', async () => {
    const id = await start('steps', { count: 1 });
    const { ask } = boxOf({ listeners: [[steps]] });
    const headers = { 'X-Request-Id': 'fake-request' };
    const answers = await Promise.all(
      [id, `steps.0.${'1'.repeat(11)}`, 'x'].map(async (one) => {
        const { instance: _, ...problem } = await problemOf(
          await ask(`/v1/executions/${one}`, { headers }),
          401,
          'unauthorized',
        );
        return problem;
      }),
    );

    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('gets nothing from the cache of final executions either', async () => {
    const id = await start('steps', { count: 1 });
    await untilFinal(id);
    const { ask, api, reached } = boxOf({ listeners: [[steps]] });
    const filled = await api(`/v1/executions/${id}`);
    const etag = filled.headers.get('ETag') ?? '';

    await problemOf(await ask(`/v1/executions/${id}`), 401, 'unauthorized');
    await problemOf(
      await ask(`/v1/executions/${id}`, { headers: { 'If-None-Match': etag } }),
      401,
      'unauthorized',
    );
    expect(reached).toEqual(['steps/0']);
  });

  it('who shows two is a 400 (JW-24)', async () => {
    const { ask } = boxOf({ listeners: [[steps]] });
    const headers = { Authorization: `Bearer ${rootKey}, Bearer ${rootKey}` };
    const problem = await problemOf(await ask('/v1/executions/x', { headers }), 400, 'parameter-invalid');

    expect(problem['parameter']).toBe('Authorization');
  });
});

it('the key is in no answer, whatever is asked', async () => {
  const { api } = boxOf({ listeners: [[steps]] });
  for (const path of [`/v1/executions/${rootKey}`, `/v1/executions/x?key=${rootKey}`]) {
    const response = await api(path, { headers: { 'X-Request-Id': 'fake-request' } });
    const text = `${JSON.stringify([...response.headers])}${await response.text()}`;

    // What the caller itself put into the path comes back to it there, and nowhere else.
    expect(text.replace(`"instance":"/v1/executions/${rootKey}"`, '')).not.toContain(rootKey);
  }
});
