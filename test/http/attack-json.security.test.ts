// Every corner of JSON in a body that is genuinely signed: read as the platform reads it, or refused; never a fault.
import { describe, expect, it } from 'vitest';
import { rich } from '../fixture/workflow.ts';
import { invalidJson, validJson } from '../fixture/json-text.ts';
import { api, boxOf, problemOf, signed } from './box.ts';

/** Sends a body that the vendor has signed, and gives the answer with the data that reached the workflow. */
async function deliver(body: string | Uint8Array, bodyBytesMax?: number) {
  const data: string[] = [];
  const { ask } = boxOf({
    sources: [{ name: 'shop', provider: 'shopify', ...(bodyBytesMax === undefined ? {} : { bodyBytesMax }) }],
    listeners: [[rich, { source: 'shop' }]],
    before: (object) => ({
      accept: (request) => {
        data.push(request.data);
        return object.accept(request);
      },
    }),
  });
  const { path, init } = await signed('shop', 'shopify', { body });
  return { response: await ask(path, init), data };
}

it.each(validJson)('%j is taken, and is what the platform reads (BD-16)', async (text) => {
  const { response, data } = await deliver(text);

  expect(response.status).toBe(202);
  expect(data).toEqual([JSON.stringify(JSON.parse(text))]);
});

it.each(invalidJson)('%j is a 400, and starts nothing (BD-16, BD-34)', async (text) => {
  const { response, data } = await deliver(text);

  await problemOf(response, 400, 'body-unreadable');
  expect(data).toEqual([]);
});

it.each([
  ['a lone continuation byte', [0x80]],
  ['a sequence broken off', [0xe2, 0x82]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a point past U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['Latin-1', [0xe9]],
])('a string with %s in it is no UTF-8: a 400', async (_, bytes) => {
  const { response, data } = await deliver(new Uint8Array([0x5b, 0x22, ...bytes, 0x22, 0x5d]));

  await problemOf(response, 400, 'body-unreadable');
  expect(data).toEqual([]);
});

it.each([
  ['UTF-16 with its mark', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ['UTF-16 without it', [0x7b, 0x00, 0x7d, 0x00]],
  ['UTF-32', [0x7b, 0, 0, 0, 0x7d, 0, 0, 0]],
])('a body in %s that says it is JSON is a 400 (BD-04)', async (_, bytes) => {
  const { response, data } = await deliver(new Uint8Array(bytes));

  await problemOf(response, 400, 'body-unreadable');
  expect(data).toEqual([]);
});

describe('a member that is given twice', () => {
  it.each([
    ['{"amount":1,"amount":1000000}', '{"amount":1000000}'],
    [String.raw`{"a":1,"\u0061":2}`, '{"a":2}'],
    ['{"a":{"b":1,"b":2},"a":{"b":3}}', '{"a":{"b":3}}'],
    ['{"__proto__":{"admin":true},"__proto__":1}', '{"__proto__":1}'],
  ])('%s counts the last time, as the platform has it (BD-18, BD-19)', async (body, read) => {
    expect((await deliver(body)).data).toEqual([read]);
  });

  it('is the same one for who signs it and for who reads it: what was not signed never becomes the event (BD-18)', async () => {
    const requests: string[] = [];
    const { ask } = boxOf({
      sources: [{ name: 'mail', provider: 'mailgun' }],
      listeners: [[rich, { source: 'mail' }]],
      before: (object) => ({
        accept: (request) => {
          requests.push(request.data);
          return object.accept(request);
        },
      }),
    });
    const token = crypto.randomUUID().replaceAll('-', '');
    const body = JSON.stringify({ signature: { token }, 'event-data': { id: token, event: 'opened' } });
    const { path, init } = await signed('mail', 'mailgun', { body });
    const genuine = new TextDecoder().decode(init.body).slice(1, -1);
    const forged = '"signature":{"token":"x","timestamp":"1","signature":"00"}';
    const forgedLast = await ask(path, { ...init, body: `{${genuine},${forged}}` });
    const forgedFirst = await ask(path, { ...init, body: `{${forged},${genuine}}` });

    expect(forgedLast.status).toBe(401);
    expect(forgedFirst.status).toBe(200);
    expect(requests.map((data) => JSON.stringify(JSON.parse(data).signature))).toEqual([
      JSON.stringify(JSON.parse(`{${genuine}}`).signature),
    ]);
  });
});

describe('members whose order JavaScript changes', () => {
  it('come in its order: numbers first, ascending, then the others as they came (BD-24)', async () => {
    const { data } = await deliver('{"b":1,"4294967295":2,"10":3,"9":4,"a":5}');

    expect(data).toEqual(['{"9":4,"10":3,"b":1,"4294967295":2,"a":5}']);
  });

  it('make no other request of the same idempotency key (BD-24, ID-07)', async () => {
    const post = async (body: string) =>
      api('/v1/workflows/rich/executions', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body,
      });
    const key = crypto.randomUUID();
    const first = await post('{"b":1,"10":3,"4294967296":2}');
    const again = await post('{ "4294967296":2, "10":3, "b":1.0 }');
    const other = await post('{"b":1,"10":3,"4294967296":3}');

    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    await problemOf(other, 422, 'idempotency-key-reused');
  });
});

describe('what is as large as a body may be', () => {
  const ceiling = 1_572_864;

  it('as one string is taken (BD-29)', async () => {
    const { response, data } = await deliver(JSON.stringify('x'.repeat(ceiling - 2)), ceiling);

    expect(response.status).toBe(202);
    expect(data[0]).toHaveLength(ceiling);
  });

  it('as one string of three-byte characters is taken (BD-29)', async () => {
    const text = '€'.repeat((ceiling - 2) / 3);

    expect((await deliver(JSON.stringify(text), ceiling)).response.status).toBe(202);
  });

  it('of 2.1 MB is a 413, also where the source takes as much as it may (BD-29)', async () => {
    const { response, data } = await deliver(JSON.stringify('x'.repeat(2_100_000)), ceiling);

    await problemOf(response, 413, 'body-too-large');
    expect(data).toEqual([]);
  });

  it.each([
    [
      '100 000 members of one object',
      `{${Array.from({ length: 100_000 }, (_, at) => `"${at}":1`).join(',')}}`,
    ],
    ['500 000 items', `[${'1,'.repeat(499_999)}1]`],
    ['500 000 empty arrays', `[${'[],'.repeat(300_000)}[]]`],
  ])('with %s is a 400 (BD-23)', async (_, body) => {
    const { response, data } = await deliver(body);

    await problemOf(response, 400, 'body-unreadable');
    expect(data).toEqual([]);
  });
});
