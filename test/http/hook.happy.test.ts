import { beforeAll, describe, expect, it } from 'vitest';
import type { AcceptRequest } from '../../src/core/acceptance.ts';
import { parseTraceparent } from '../../src/core/trace.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import order from '../fixture/shopify-order.json';
import { statusOf } from '../durable-objects/object.ts';
import { limited, rich, steps } from '../fixture/workflow.ts';
import { ask, boxOf, commonHeaders, headersOf, signed, type Ask } from './box.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function deliver(asking: Ask, source: string, provider: string, body: object, headers = {}) {
  const { path, init } = await signed(source, provider, { headers, body: JSON.stringify(body) });
  const response = await asking(path, init);
  return { response, body: deliveryAcceptedSchema.parse(await response.clone().json()) };
}

const shop = { name: 'shop', provider: 'shopify' };
const topic = { 'X-Shopify-Topic': 'orders/create' };
/** A body that is another event each time. */
const fresh = () => ({ id: crypto.randomUUID() });
const oneStep = { source: 'shop', map: () => ({ count: 1 }) };

describe('a genuine delivery', () => {
  const { ask: asking } = boxOf({ sources: [shop], listeners: [[steps, oneStep]] });

  it('is a 202 with exactly the headers of the contract', async () => {
    const { response, body } = await deliver(asking, 'shop', 'shopify', fresh(), topic);

    expect(response.status).toBe(202);
    expect(headersOf(response)).toEqual({
      ...commonHeaders,
      'content-type': 'application/json',
      location: body.executions[0]?.statusUrl,
    });
  });

  it('names the delivery, the event and the execution, which is durable by then', async () => {
    const { body } = await deliver(asking, 'shop', 'shopify', fresh(), {
      ...topic,
      'X-Shopify-Event-Id': 'event-1',
    });
    const [execution] = body.executions;

    expect(body.delivery).toMatch(uuid);
    expect(body.event).toBe('event-1');
    expect(body.duplicate).toBeUndefined();
    expect(execution).toMatchObject({ workflow: 'steps', statusUrl: `/v1/executions/${execution?.id}` });
    expect(await statusOf(execution?.id ?? '')).toMatchObject({
      id: execution?.id,
      event: { id: 'event-1', type: 'com.shopify.orders.create', source: 'shop' },
    });
  });

  it('at the shipped source runs the shipped workflow', async () => {
    const { path, init } = await signed(
      'shopify-orders',
      'shopify',
      { headers: topic, body: JSON.stringify(order) },
      'test-shopify-secret',
    );
    const response = await ask(path, init);

    expect(response.status).toBe(202);
    expect(deliveryAcceptedSchema.parse(await response.json())).toMatchObject({
      executions: [{ workflow: 'order-to-crm', status: 'pending' }],
    });
  });
});

describe('the same event again (WH-22)', () => {
  const { ask: asking } = boxOf({ sources: [shop], listeners: [[steps, oneStep]] });

  it('is the same 202 with the same execution, marked as a duplicate', async () => {
    const event = fresh();
    const first = await deliver(asking, 'shop', 'shopify', event, topic);
    const again = await deliver(asking, 'shop', 'shopify', event, topic);

    expect(again.response.status).toBe(202);
    expect(again.response.headers.get('Location')).toBe(first.response.headers.get('Location'));
    expect(again.body).toMatchObject({ duplicate: true, executions: [{ id: first.body.executions[0]?.id }] });
    expect(again.body.delivery).not.toBe(first.body.delivery);
  });

  it('in 200 copies at once is one execution', async () => {
    const { path, init } = await signed('shop', 'shopify', { headers: topic, body: JSON.stringify(fresh()) });
    const answers = await Promise.all(Array.from({ length: 200 }, () => asking(path, init)));
    const bodies = await Promise.all(
      answers.map(async (answer) => deliveryAcceptedSchema.parse(await answer.json())),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(bodies.map(({ executions }) => executions[0]?.id)).size).toBe(1);
    expect(bodies.filter(({ duplicate }) => duplicate !== true)).toHaveLength(1);
  });

  it('under another unsigned id is a duplicate all the same', async () => {
    const event = fresh();
    const first = await deliver(asking, 'shop', 'shopify', event, { ...topic, 'X-Shopify-Event-Id': 'a' });
    const again = await deliver(asking, 'shop', 'shopify', event, { ...topic, 'X-Shopify-Event-Id': 'b' });

    expect(again.body.executions).toEqual([
      { ...first.body.executions[0], status: again.body.executions[0]?.status },
    ]);
  });

  it('at two sources is two events', async () => {
    const { ask: both } = boxOf({
      sources: [shop, { ...shop, name: 'second-shop' }],
      listeners: [[steps, oneStep, { ...oneStep, source: 'second-shop' }]],
    });
    const event = fresh();
    const first = await deliver(both, 'shop', 'shopify', event, topic);
    const second = await deliver(both, 'second-shop', 'shopify', event, topic);

    expect(second.body.duplicate).toBeUndefined();
    expect(second.body.executions[0]?.id).not.toBe(first.body.executions[0]?.id);
  });
});

describe('the workflows that want an event', () => {
  it('are none: a 202 without executions, and no object is asked', async () => {
    const { ask: asking, reached } = boxOf({ sources: [shop] });
    const { response, body } = await deliver(asking, 'shop', 'shopify', fresh(), topic);

    expect(response.status).toBe(202);
    expect(body.executions).toEqual([]);
    expect(body.duplicate).toBeUndefined();
    expect(response.headers.has('Location')).toBe(false);
    expect(reached).toEqual([]);
  });

  it('are those whose type, condition and source fit', async () => {
    const { ask: asking, reached } = boxOf({
      sources: [shop, { ...shop, name: 'second-shop' }],
      listeners: [
        [steps, { ...oneStep, types: ['com.shopify.orders.*'] }],
        [rich, { source: 'shop', types: ['com.shopify.products.*'] }],
        [limited, { source: 'second-shop' }],
      ],
    });
    const { body } = await deliver(asking, 'shop', 'shopify', fresh(), topic);

    expect(body.executions.map(({ workflow }) => workflow)).toEqual(['steps']);
    expect(reached).toEqual(['steps/0']);
  });

  it('are asked whether they want it with the whole event', async () => {
    const seen: unknown[] = [];
    const event = fresh();
    const { ask: asking } = boxOf({
      sources: [shop],
      listeners: [
        [
          steps,
          {
            source: 'shop',
            when: (given) => {
              seen.push(given);
              return false;
            },
          },
        ],
      ],
    });
    const { body } = await deliver(asking, 'shop', 'shopify', event, topic);

    expect(body.executions).toEqual([]);
    expect(seen).toEqual([
      {
        id: body.event,
        type: 'com.shopify.orders.create',
        source: 'shop',
        time: expect.stringMatching(/Z$/),
        subject: event.id,
        data: event,
      },
    ]);
  });

  it('are two: two executions, the first of them in Location', async () => {
    const { ask: asking } = boxOf({
      sources: [shop],
      listeners: [
        [steps, oneStep],
        [rich, { source: 'shop' }],
      ],
    });
    const { response, body } = await deliver(asking, 'shop', 'shopify', fresh(), topic);

    expect(body.executions.map(({ workflow }) => workflow)).toEqual(['steps', 'rich']);
    expect(response.headers.get('Location')).toBe(body.executions[0]?.statusUrl);
  });

  it('run once for an event, also where two of their triggers fit: the first gives the input', async () => {
    const requests: AcceptRequest[] = [];
    const { ask: asking } = boxOf({
      sources: [shop],
      listeners: [[steps, oneStep, { source: 'shop', map: () => ({ count: 2 }) }]],
      before: (object) => ({
        accept: (request) => {
          requests.push(request);
          return object.accept(request);
        },
      }),
    });
    const { body } = await deliver(asking, 'shop', 'shopify', fresh(), topic);

    expect(body.executions).toHaveLength(1);
    expect(requests.map(({ data }) => data)).toEqual(['{"count":1}']);
  });
});

describe('what reaches the object', () => {
  const requests: AcceptRequest[] = [];
  const { ask: asking } = boxOf({
    sources: [{ ...shop, rate: { limit: 1000, windowSeconds: 60 } }],
    listeners: [[steps, { source: 'shop' }]],
    before: (object) => ({
      accept: (request) => {
        requests.push(request);
        return object.accept(request);
      },
    }),
  });

  it('is the event, its input as JSON, a key of the source, the trace and the limits of the source', async () => {
    const event = { count: 1, note: 'Ünïcödé ✓', id: crypto.randomUUID() };
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const { response } = await deliver(asking, 'shop', 'shopify', event, { ...topic, traceparent });
    const [request] = requests;

    expect(request).toMatchObject({
      workflow: 'steps',
      shard: 0,
      key: expect.stringMatching(/^hook:shop:sha256:[0-9a-f]{64}$/),
      event: { type: 'com.shopify.orders.create', source: 'shop' },
      data: JSON.stringify(event),
      limits: [{ name: 'source:shop', policy: { limit: 1000, windowSeconds: 60 } }],
    });
    expect(request).not.toHaveProperty('fingerprint');
    expect(parseTraceparent(request?.traceparent ?? '')).toMatchObject({ traceId, sampled: true });
    expect(response.headers.get('traceparent')).toBe(request?.traceparent);
  });

  it('is counted: the answer says where the limit stands (RL-02)', async () => {
    const { response } = await deliver(asking, 'shop', 'shopify', { count: 1, ...fresh() }, topic);

    expect(response.headers.get('RateLimit')).toMatch(/^"source:shop";r=\d+;t=\d+$/);
    expect(response.headers.get('RateLimit-Policy')).toBe('"source:shop";q=1000;w=60');
  });
});

describe('a delivery of several events', () => {
  const options = { batch: 'events', id: ['{item:id}'], type: ['{item:type}'] };
  const { ask: asking } = boxOf({
    sources: [{ name: 'many', provider: 'generic', options }],
    listeners: [[steps, { source: 'many', types: ['webhook.made'], map: () => ({ count: 1 }) }]],
  });

  it('starts an execution for each that is wanted, and lists the ids of all', async () => {
    const events = ['made', 'lost', 'made'].map((type) => ({ id: crypto.randomUUID(), type }));
    const { response, body } = await deliver(asking, 'many', 'generic', { events });

    expect(response.status).toBe(202);
    expect(body.events).toEqual(events.map(({ id }) => id));
    expect(body.event).toBeUndefined();
    expect(new Set(body.executions.map(({ id }) => id)).size).toBe(2);
  });

  it('is a duplicate only where all of them are', async () => {
    const [a, b] = [
      { id: crypto.randomUUID(), type: 'made' },
      { id: crypto.randomUUID(), type: 'made' },
    ];
    await deliver(asking, 'many', 'generic', { events: [a] });
    const both = await deliver(asking, 'many', 'generic', { events: [a, b] });
    const again = await deliver(asking, 'many', 'generic', { events: [b, a] });

    expect(both.body.duplicate).toBeUndefined();
    expect(again.body.duplicate).toBe(true);
    expect(again.body.executions.map(({ id }) => id).toSorted()).toEqual(
      both.body.executions.map(({ id }) => id).toSorted(),
    );
  });

  it('may be of none', async () => {
    const { response, body } = await deliver(asking, 'many', 'generic', { events: [] });

    expect(response.status).toBe(202);
    expect(body).toMatchObject({ events: [], executions: [] });
  });
});

describe('a vendor that wants another answer', () => {
  const { ask: asking, reached } = boxOf({
    sources: [{ name: 'linear', provider: 'linear' }],
    listeners: [[steps, { source: 'linear', map: () => ({ count: 1 }) }]],
  });
  let response: Response;
  beforeAll(async () => {
    const event = { action: 'create', type: 'Issue', webhookTimestamp: Date.now(), webhookId: 'w' };
    const { path, init } = await signed('linear', 'linear', { body: JSON.stringify(event) });
    response = await asking(path, init);
  });

  it('gets that one, with what every answer carries', async () => {
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect(headersOf(response)).toMatchObject(commonHeaders);
  });

  it('has its event accepted all the same', () => {
    expect(reached).toEqual(['steps/0']);
  });
});

describe('a handshake', () => {
  it('is answered as the vendor wants it, and reaches no object', async () => {
    const { ask: asking, reached } = boxOf({
      sources: [{ name: 'chat', provider: 'slack' }],
      listeners: [[steps, { source: 'chat' }]],
    });
    const challenge = { type: 'url_verification', challenge: 'fake-challenge', token: 'fake' };
    const { path, init } = await signed('chat', 'slack', { body: JSON.stringify(challenge) });
    const response = await asking(path, init);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('fake-challenge');
    expect(headersOf(response)).toEqual({ ...commonHeaders, 'content-type': 'text/plain' });
    expect(reached).toEqual([]);
  });

  it('by GET is answered at a source whose vendor shakes hands so, and refused at others', async () => {
    const { ask: asking } = boxOf({ sources: [{ name: 'meta', provider: 'meta' }, shop] });
    const query = '?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=fake-shop-secret-0123';
    const answered = await asking(`/v1/hooks/meta${query}`);
    const refused = await asking(`/v1/hooks/shop${query}`);

    expect({ status: answered.status, body: await answered.text() }).toEqual({
      status: 200,
      body: '1158201444',
    });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('Allow')).toBe('OPTIONS, POST');
  });
});
