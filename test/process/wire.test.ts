// What a caller sees on the wire, asked of the real process over real HTTP: each answer of the contract, with its headers.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Delivery, deliver } from '../../scripts/local/client.ts';
import { makeHiredDelivery } from '../../scripts/local/hr.ts';
import { pickSecret } from '../../scripts/local/secret.ts';
import { makeOrderDelivery } from '../../scripts/local/shopify.ts';
import { Box } from './box.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.open({ unavailableTimes: 0, indexingMs: 0 });
});
afterAll(async () => box[Symbol.asyncDispose]());

/** RFC 9457, with the request id that API answers carry. */
const problemSchema = z.looseObject({
  type: z.string().min(1),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string().min(1),
});

type Problem = z.infer<typeof problemSchema>;

/** Reads the answer as a problem document; what it says must fit the status line and the headers. */
async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  const requestId = response.headers.get('X-Request-Id');
  expect(response.headers.get('Content-Type')).toMatch(/^application\/problem\+json\b/);
  expect(requestId).toMatch(/./);
  expect(text).toContain(requestId);
  const problem = problemSchema.parse(JSON.parse(text));
  expect(problem.status).toBe(response.status);
  return problem;
}

function order(number: number): Delivery {
  return makeOrderDelivery(pickSecret(box.secrets, 'SHOPIFY_WEBHOOK_SECRET'), number);
}

function hook(source: string, init: RequestInit): Promise<Response> {
  return fetch(`${box.url}/v1/hooks/${source}`, { method: 'POST', ...init });
}

function api(
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${box.url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${box.rootKey}`, ...init.headers },
  });
}

function startOrder(key: string, body: string, type = 'application/json'): Promise<Response> {
  return api('/v1/workflows/order-to-crm/executions', {
    method: 'POST',
    headers: { 'Content-Type': type, 'Idempotency-Key': key },
    body,
  });
}

describe('a genuine delivery', () => {
  it('is answered 202 with a Location that leads to the execution', async () => {
    const response = await deliver(box.url, 'shopify-orders', order(3001));
    const location = response.headers.get('Location') ?? '';

    expect(response.status).toBe(202);
    expect(location).toMatch(/^\/v1\/executions\/[\w.~-]+$/);
    expect(await response.json()).toMatchObject({
      executions: [{ workflow: 'order-to-crm', statusUrl: location, id: location.split('/').at(-1) }],
    });
    expect((await api(location)).status).toBe(200);
  });

  it('has its request id given back', async () => {
    const { headers, body } = order(3002);
    const id = randomUUID();
    const response = await deliver(box.url, 'shopify-orders', {
      headers: { ...headers, 'X-Request-Id': id },
      body,
    });

    expect(response.headers.get('X-Request-Id')).toBe(id);
  });
});

describe('a status question', () => {
  it('is answered 304 while nothing has changed since the ETag', async () => {
    const location = (await deliver(box.url, 'shopify-orders', order(3003))).headers.get('Location') ?? '';
    await box.finish(location.split('/').at(-1) ?? '');
    const first = await api(location);
    const etag = first.headers.get('ETag') ?? '';
    const second = await api(location, { headers: { 'If-None-Match': etag } });

    expect(etag).toMatch(/^"[^"]+"$/);
    expect(first.headers.get('Cache-Control')).not.toBeNull();
    expect(second.status).toBe(304);
    expect(second.headers.get('ETag')).toBe(etag);
    expect(await second.text()).toBe('');
  });

  it('without the key, or with another, is a 401 that says how to authenticate', async () => {
    for (const headers of [{}, { Authorization: `Bearer ${'x'.repeat(64)}` }]) {
      const response = await fetch(`${box.url}/v1/executions/fake`, { headers });

      expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer\b/);
      expect(await problemOf(response)).toMatchObject({ status: 401 });
    }
  });

  it('about an execution that does not exist is a 404', async () => {
    expect(await problemOf(await api('/v1/executions/fake'))).toMatchObject({ status: 404 });
  });
});

describe('a delivery that is not genuine', () => {
  it('is a 401, the same whatever is wrong', async () => {
    const { headers, body } = order(3004);
    const { 'X-Shopify-Hmac-Sha256': signature = '', ...unsigned } = headers;
    const forgeries = [
      { headers, body: body.replace('118.39', '118.38') },
      { headers: { ...headers, 'X-Shopify-Hmac-Sha256': signature.toLowerCase() }, body },
      { headers: unsigned, body },
    ];
    const problems = [];
    for (const forgery of forgeries) {
      const response = await deliver(box.url, 'shopify-orders', forgery);

      expect(response.headers.get('WWW-Authenticate')).toMatch(/./);
      const { status, type, title, detail } = await problemOf(response);
      problems.push({ status, type, title, detail });
    }

    expect(problems[0]).toMatchObject({ status: 401 });
    for (const problem of problems) expect(problem).toEqual(problems[0]);
  });
});

describe('a request that leads nowhere', () => {
  it.each(['/', '/v1', '/v1/nothing', '/v1/hooks/unknown-source', '/v1/workflows/unknown/executions'])(
    'to %s is a 404',
    async (path) => {
      const headers = { 'Content-Type': 'application/json' };

      expect(await problemOf(await api(path, { method: 'POST', headers, body: '{}' }))).toMatchObject({
        status: 404,
      });
    },
  );

  it('with a method the resource does not have is a 405 that says which it has', async () => {
    const wrong = [
      [await api('/v1/executions/fake', { method: 'DELETE' }), 'GET'],
      [await hook('shopify-orders', { method: 'PUT', body: '{}' }), 'POST'],
      [await api('/healthz', { method: 'POST' }), 'GET'],
    ] as const;
    for (const [response, allowed] of wrong) {
      expect(response.headers.get('Allow')?.split(', ')).toContain(allowed);
      expect(await problemOf(response)).toMatchObject({ status: 405 });
    }
  });
});

describe('a body', () => {
  const mib = 1024 * 1024;

  it('of more than a MiB is a 413, whether its length is declared or not', async () => {
    const { headers } = order(3005);
    const declared = await hook('shopify-orders', { headers, body: 'x'.repeat(mib + 1) });
    const streamed = await hook('shopify-orders', {
      headers,
      body: ReadableStream.from(Array.from({ length: 17 }, () => new Uint8Array(mib / 16))),
      duplex: 'half',
    });

    expect(await problemOf(declared)).toMatchObject({ status: 413 });
    expect(await problemOf(streamed)).toMatchObject({ status: 413 });
  });

  it('of another media type is a 415', async () => {
    expect(
      await problemOf(await startOrder('fake-415', 'a=b', 'application/x-www-form-urlencoded')),
    ).toMatchObject({ status: 415 });
  });

  it('that does not fit the workflow is a 422 that points at what is wrong', async () => {
    const problem = await problemOf(await startOrder('fake-422', '{"name":1001}'));

    expect(problem.status).toBe(422);
    expect(JSON.stringify(problem)).toContain('/name');
  });

  it('that differs from what came with the same Idempotency-Key is a 422; the same body is the same execution', async () => {
    const key = randomUUID();
    const first = await startOrder(key, order(3006).body);
    const again = await startOrder(key, order(3006).body);
    const other = await startOrder(key, order(3007).body);

    expect(first.status).toBe(202);
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect(await problemOf(other)).toMatchObject({ status: 422 });
  });
});

it('past the rate limit of a source is a 429 that says when to come back', async () => {
  // Sixty may come at once, and one more with each second that this takes.
  const deliveries = Array.from({ length: 75 }, () =>
    makeHiredDelivery(pickSecret(box.secrets, 'HR_WEBHOOK_SECRET')),
  );
  const answers = await Promise.all(deliveries.map((delivery) => deliver(box.url, 'hr-events', delivery)));
  const refused = answers.filter(({ status }) => status === 429);

  expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(60);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const response of refused) {
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
    expect(response.headers.get('RateLimit')).toMatch(/;r=0\b/);
    expect(response.headers.get('RateLimit-Policy')).toMatch(/;q=60;w=60\b/);
    expect(await problemOf(response)).toMatchObject({ status: 429 });
  }
});

it('healthz answers without a key', async () => {
  expect((await fetch(`${box.url}/healthz`)).status).toBe(200);
});
