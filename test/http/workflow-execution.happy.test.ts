import { describe, expect, it } from 'vitest';
import type { AcceptRequest } from '../../src/core/acceptance.ts';
import { parseTraceparent } from '../../src/core/trace.ts';
import { executionAcceptedSchema } from '../../src/http/routes/workflow-execution.ts';
import { statusOf, untilFinal } from '../durable-objects/object.ts';
import { rich, steps } from '../fixture/workflow.ts';
import { api, boxOf, commonHeaders, headersOf, type Ask } from './box.ts';

const path = '/v1/workflows/steps/executions';
const json = { 'Content-Type': 'application/json' };

async function post(asking: Ask, body: string | null, headers: Record<string, string> = {}, to = path) {
  const response = await asking(to, { method: 'POST', headers: { ...json, ...headers }, body });
  const text = await response.text();
  return { response, text, body: executionAcceptedSchema.parse(JSON.parse(text)) };
}

describe('starting an execution', () => {
  it('is a 202 with exactly the headers of the contract, and the execution runs', async () => {
    const { response, body } = await post(api, '{"count":2}');

    expect(response.status).toBe(202);
    expect(headersOf(response)).toEqual({
      ...commonHeaders,
      'content-type': 'application/json',
      location: `/v1/executions/${body.id}`,
    });
    expect(body).toEqual({
      id: body.id,
      workflow: 'steps',
      status: 'pending',
      statusUrl: `/v1/executions/${body.id}`,
    });
    expect(await untilFinal(body.id)).toMatchObject({
      status: 'completed',
      output: 2,
      event: { type: 'dev.signalbox.execution.requested', source: 'api' },
    });
  });

  it('without a key twice is two executions', async () => {
    const [a, b] = [await post(api, '{"count":1}'), await post(api, '{"count":1}')];

    expect(a.body.id).not.toBe(b.body.id);
    expect(b.response.headers.has('Idempotency-Replayed')).toBe(false);
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/cloudevents+json',
  ])('takes a body of %s', async (type) => {
    expect((await post(api, '{"count":1}', { 'Content-Type': type })).response.status).toBe(202);
  });

  it('without a body has null as its input, and needs no media type', async () => {
    const requests: AcceptRequest[] = [];
    const { api: asking } = boxOf({
      listeners: [[rich]],
      before: (object) => ({
        accept: (request) => {
          requests.push(request);
          return object.accept(request);
        },
      }),
    });
    const response = await asking('/v1/workflows/rich/executions', { method: 'POST' });

    expect(response.status).toBe(202);
    expect(requests).toMatchObject([{ workflow: 'rich', data: 'null' }]);
  });

  it('hands on the value as it came, and the trace', async () => {
    const requests: AcceptRequest[] = [];
    const { api: asking } = boxOf({
      listeners: [[rich]],
      before: (object) => ({
        accept: (request) => {
          requests.push(request);
          return object.accept(request);
        },
      }),
    });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { response } = await post(
      asking,
      '{ "b": 1, "a": ["\\u00e9"], "__proto__": {"x": 1} }',
      { traceparent: `00-${traceId}-00f067aa0ba902b7-00` },
      '/v1/workflows/rich/executions',
    );

    expect(requests[0]?.data).toBe('{"b":1,"a":["é"],"__proto__":{"x":1}}');
    expect(requests[0]).not.toHaveProperty('fingerprint');
    expect(parseTraceparent(requests[0]?.traceparent ?? '')).toMatchObject({ traceId, sampled: false });
    expect(response.headers.get('traceparent')).toBe(requests[0]?.traceparent);
  });

  it('reaches the shard that its key leads to, and the id leads back', async () => {
    const sharded = { ...steps, limits: { ...steps.limits, shards: 8 } };
    const { api: asking, reached } = boxOf({ listeners: [[sharded]] });
    for (let at = 0; at < 8; at += 1) await post(asking, '{"count":1}', { 'Idempotency-Key': `key-${at}` });
    const { body } = await post(asking, '{"count":1}', { 'Idempotency-Key': 'key-0' });
    const status = await asking(body.statusUrl);

    expect(new Set(reached).size).toBeGreaterThan(2);
    expect(reached.at(-1)).toBe(reached[0]);
    expect(status.status).toBe(200);
  });
});

describe('the same Idempotency-Key again', () => {
  it('with the same body is the first answer, byte for byte, and marked (ID-03)', async () => {
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await post(api, '{"count":1}', key);
    await untilFinal(first.body.id);
    const again = await post(api, '{"count":1}', key);

    expect(again.response.status).toBe(first.response.status);
    expect(again.text).toBe(first.text);
    expect(headersOf(again.response)).toEqual({
      ...headersOf(first.response),
      'idempotency-replayed': 'true',
    });
    expect(await statusOf(first.body.id)).toMatchObject({ steps: [{ attempts: [{}] }] });
  });

  it('in 100 copies at once is one execution (ID-05)', async () => {
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(api, '{"count":1}', key)));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ response }) => !response.headers.has('Idempotency-Replayed'))).toHaveLength(1);
  });

  it('with the same value written otherwise is the same request (ID-07, BD-24)', async () => {
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const rest = { '4294967295': 1, '0': 2, é: 'ü' };
    const first = await post(api, JSON.stringify({ count: 1, ...rest }), key);
    const again = await post(
      api,
      ' { "\\u00e9" : "\\u00fc", "0": 2.0, "count" : 1e0, "4294967295": 1 } ',
      key,
    );

    expect(again.body.id).toBe(first.body.id);
  });

  it('quoted and bare is one key', async () => {
    const key = crypto.randomUUID();
    const first = await post(api, '{"count":1}', { 'Idempotency-Key': key });
    const again = await post(api, '{"count":1}', { 'Idempotency-Key': `"${key}"` });

    expect(again.body.id).toBe(first.body.id);
  });

  it('at another workflow is another request (ID-08)', async () => {
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await post(api, '{"count":1}', key);
    const other = await post(api, '{"count":1}', key, '/v1/workflows/rich/executions');

    expect(other.body.id).not.toBe(first.body.id);
    expect(other.response.headers.has('Idempotency-Replayed')).toBe(false);
  });
});
