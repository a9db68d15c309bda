import { describe, expect, it } from 'vitest';
import type { StatusRequest } from '../../src/core/acceptance.ts';
import { executionSchema } from '../../src/http/routes/execution.ts';
import { start, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { gated, gates, sleeper, steps } from '../fixture/workflow.ts';
import { api, boxOf, commonHeaders, headersOf, withKey } from './box.ts';

const path = (id: string) => `/v1/executions/${id}`;

/** An execution that is over. */
async function finished(): Promise<string> {
  const id = await start('steps', { count: 2 });
  await untilFinal(id);
  return id;
}

/** An execution that sleeps for an hour. */
async function sleeping(): Promise<string> {
  const id = await start('sleeper', { for: '1 hour' });
  await untilStatus(id, 'waiting');
  return id;
}

describe('an execution that is over', () => {
  it('is a 200 with its representation and exactly the headers of the contract', async () => {
    const id = await finished();
    const response = await api(path(id));
    const { etag, ...headers } = headersOf(response);

    expect(response.status).toBe(200);
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(headers).toEqual({
      ...commonHeaders,
      'cache-control': 'private, max-age=3600',
      'content-type': 'application/json',
    });
    expect(executionSchema.parse(await response.json())).toMatchObject({
      id,
      workflow: 'steps',
      status: 'completed',
      output: 2,
      steps: [{ name: 'add', status: 'completed' }, { status: 'completed' }],
    });
  });

  it('is told without asking its object a second time, with the same validator', async () => {
    const id = await finished();
    const { api: asking, reached } = boxOf({ listeners: [[steps]] });
    const first = await asking(path(id));
    const second = await asking(path(id));
    const unchanged = await asking(path(id), {
      headers: { 'If-None-Match': first.headers.get('ETag') ?? '' },
    });

    expect(reached).toEqual(['steps/0']);
    expect(await second.text()).toBe(await first.text());
    expect(headersOf(second)).toEqual(headersOf(first));
    expect(unchanged.status).toBe(304);
  });

  it('is not waited for', async () => {
    const response = await api(path(await finished()), { headers: { Prefer: 'wait=30' } });

    expect(response.status).toBe(200);
    expect(response.headers.get('Preference-Applied')).toBe('wait=30');
  });
});

describe('an execution that is not over', () => {
  it('may not be taken from a cache, and says when to ask again', async () => {
    const response = await api(path(await sleeping()));
    const { etag: _, 'retry-after': retryAfter, ...headers } = headersOf(response);

    expect(response.status).toBe(200);
    expect(Number(retryAfter)).toBeGreaterThan(3590);
    expect(Number(retryAfter)).toBeLessThanOrEqual(3600);
    expect(headers).toEqual({
      ...commonHeaders,
      'cache-control': 'private, no-cache',
      'content-type': 'application/json',
    });
    expect(executionSchema.parse(await response.json()).status).toBe('waiting');
  });

  it('is asked of its object each time', async () => {
    const id = await sleeping();
    const { api: asking, reached } = boxOf({ listeners: [[sleeper]] });
    await asking(path(id));
    await asking(path(id));

    expect(reached).toEqual(['sleeper/0', 'sleeper/0']);
  });
});

describe('a caller who has the representation', () => {
  it.each([
    ['its tag', (etag: string) => etag],
    ['it as a weak one', (etag: string) => `W/${etag}`],
    ['it in a list', (etag: string) => `"other", ${etag}`],
    ['anything', () => '*'],
  ])('and names %s gets a 304 with the same validator and freshness, and no body', async (_, name) => {
    for (const id of [await finished(), await sleeping()]) {
      const first = await api(path(id));
      const second = await api(path(id), {
        headers: { 'If-None-Match': name(first.headers.get('ETag') ?? '') },
      });
      const { 'content-type': __, 'retry-after': ___, ...headers } = headersOf(first);
      const { 'retry-after': ____, ...secondHeaders } = headersOf(second);

      expect(second.status).toBe(304);
      expect(await second.text()).toBe('');
      expect(secondHeaders).toEqual(headers);
    }
  });

  it('of an earlier state gets the present one', async () => {
    const response = await api(path(await finished()), { headers: { 'If-None-Match': '"earlier"' } });

    expect(response.status).toBe(200);
  });
});

describe('HEAD mirrors GET (HT-02)', () => {
  it('with the same status and headers, and no body', async () => {
    const id = await finished();
    const get = await api(path(id));
    const head = await api(path(id), { method: 'HEAD' });

    expect(head.status).toBe(200);
    expect(headersOf(head)).toEqual(headersOf(get));
    expect(await head.text()).toBe('');
  });

  it('also where nothing has changed', async () => {
    const id = await finished();
    const etag = (await api(path(id))).headers.get('ETag') ?? '';

    expect((await api(path(id), { method: 'HEAD', headers: { 'If-None-Match': etag } })).status).toBe(304);
  });
});

describe('Prefer: wait', () => {
  /** An execution that waits for the gate of its name, and a box that tells what its object is asked. */
  async function gatedBox() {
    const gate = crypto.randomUUID();
    gates.set(gate, Promise.withResolvers());
    const id = await start('gated', { gate });
    await untilStatus(id, 'running');
    const asked: StatusRequest[] = [];
    const holding = Promise.withResolvers<void>();
    const { ask } = boxOf({
      listeners: [[gated]],
      before: (object) => ({
        status: (request) => {
          asked.push(request);
          const answer = object.status(request);
          if (request.waitSeconds !== undefined) holding.resolve();
          return answer;
        },
      }),
    });
    return { id, asking: withKey(ask), asked, held: holding.promise, open: () => gates.get(gate)?.resolve() };
  }

  it('holds the answer until the status changes', async () => {
    const { id, asking, asked, held, open } = await gatedBox();
    const answer = asking(path(id), { headers: { Prefer: 'wait=30' } });
    await held;
    open();
    const response = await answer;

    expect(response.headers.get('Preference-Applied')).toBe('wait=30');
    expect(executionSchema.parse(await response.json()).status).toBe('completed');
    expect(asked).toEqual([{ id, waitSeconds: 30 }]);
  });

  it('with the present tag holds the answer too', async () => {
    const { id, asking, asked, held, open } = await gatedBox();
    const etag = (await asking(path(id))).headers.get('ETag') ?? '';
    const answer = asking(path(id), { headers: { Prefer: 'wait=30', 'If-None-Match': etag } });
    await held;
    open();

    expect((await answer).status).toBe(200);
    expect(asked).toEqual([{ id }, { id }, { id, waitSeconds: 30 }]);
  });

  it('with the tag of an earlier state is answered at once: what has changed is not waited for', async () => {
    const { id, asking, asked, open } = await gatedBox();
    const response = await asking(path(id), {
      headers: { Prefer: 'wait=30', 'If-None-Match': '"earlier"' },
    });
    open();

    expect(response.status).toBe(200);
    expect(executionSchema.parse(await response.json()).status).toBe('running');
    expect(asked).toEqual([{ id }]);
  });

  it('of 0 seconds is no wait', async () => {
    const { id, asking, asked, open } = await gatedBox();
    const response = await asking(path(id), { headers: { Prefer: 'wait=0' } });
    open();

    expect(response.headers.get('Preference-Applied')).toBe('wait=0');
    expect(asked).toEqual([{ id }]);
  });

  it('past its seconds answers what is', async () => {
    const { id, asking, open } = await gatedBox();
    const response = await asking(path(id), { headers: { Prefer: 'wait=1' } });
    open();

    expect(executionSchema.parse(await response.json()).status).toBe('running');
  });
});
