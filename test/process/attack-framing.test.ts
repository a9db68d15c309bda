// Requests whose bytes no HTTP client would send: where one ends and the next begins must never be in doubt. Nothing here may start an
// execution unless it is the very delivery that was signed, and no second request may come out of the body of a first.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pickSecret } from '../../scripts/local/secret.ts';
import { makeOrderDelivery } from '../../scripts/local/shopify.ts';
import { limit } from '../../src/core/limit.ts';
import { Box } from './box.ts';
import { talk } from './socket.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.open({ unavailableTimes: 0, indexingMs: 0 });
});
afterAll(async () => box[Symbol.asyncDispose]());

const start = 'POST /v1/hooks/shopify-orders HTTP/1.1\r\nHost: box.example\r\n';
const close = 'Connection: close\r\n';

/** A genuine delivery: its headers as lines, its body, and the body as one chunk. */
function order(number: number) {
  const { headers, body } = makeOrderDelivery(pickSecret(box.secrets, 'SHOPIFY_WEBHOOK_SECRET'), number);
  const size = Buffer.byteLength(body);
  return {
    lines: Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
    body,
    size,
    chunks: `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  };
}

type Order = ReturnType<typeof order>;

/** A whole genuine request, to be hidden in another. */
function hidden(number: number): string {
  const { lines, size, body } = order(number);
  return `${start}${lines}Content-Length: ${size}\r\n\r\n${body}`;
}

const listSchema = z.object({ executions: z.array(z.object({ id: z.string() })) });

/** How many executions there are. */
async function executions(): Promise<number> {
  const response = await fetch(`${box.url}/v1/workflows/order-to-crm/executions?limit=100`, {
    headers: { Authorization: `Bearer ${box.rootKey}` },
  });
  return listSchema.parse(await response.json()).executions.length;
}

const chunked = 'Transfer-Encoding: chunked\r\n';

describe('a genuine delivery whose length is in doubt', () => {
  const length = (value: string) => (o: Order) => `${o.lines}Content-Length: ${value}\r\n\r\n${o.body}`;

  it.each<[string, number, (o: Order) => string]>([
    ['two lengths that differ', 400, (o) => `Content-Length: 3\r\n${length(String(o.size))(o)}`],
    ['a list of lengths', 400, (o) => length(`${o.size}, ${o.size}`)(o)],
    ['a negative length', 400, length('-1')],
    ['a length with a sign', 400, (o) => length(`+${o.size}`)(o)],
    ['a length in hex', 400, (o) => length(`0x${o.size.toString(16)}`)(o)],
    ['a length past 2^64', 400, length('18446744073709551616')],
    ['a length of 23 digits', 400, length('99999999999999999999999')],
    [
      'a transfer coding that is nearly `chunked`',
      400,
      (o) => `${o.lines}Transfer-Encoding: xchunked\r\n\r\n${o.chunks}`,
    ],
    [
      'a transfer coding behind a space',
      400,
      (o) => `${o.lines}Transfer-Encoding : chunked\r\n\r\n${o.chunks}`,
    ],
    [
      'two transfer codings',
      400,
      (o) => `${o.lines}${chunked}Transfer-Encoding: identity\r\n\r\n${o.chunks}`,
    ],
    ['`identity` and a length', 400, (o) => `Transfer-Encoding: identity\r\n${length(String(o.size))(o)}`],
    [
      'another coding before `chunked`',
      415,
      (o) => `${o.lines}${close}Transfer-Encoding: gzip, chunked\r\n\r\n${o.chunks}`,
    ],
    ['a chunk whose size is no number', 400, (o) => `${o.lines}${chunked}\r\nzz\r\n${o.body}\r\n0\r\n\r\n`],
    ['a chunk of negative size', 400, (o) => `${o.lines}${chunked}\r\n-${o.chunks}`],
    ['a chunk whose size has 0x before it', 400, (o) => `${o.lines}${chunked}\r\n0x${o.chunks}`],
    [
      'a chunk whose size is past 2^64',
      400,
      (o) => `${o.lines}${chunked}\r\nffffffffffffffff1\r\n${o.body}\r\n0\r\n\r\n`,
    ],
    [
      'a chunk without its end',
      400,
      (o) => `${o.lines}${chunked}\r\n${o.size.toString(16)}\r\n${o.body}0\r\n\r\n`,
    ],
    [
      'chunks with bare line feeds',
      400,
      (o) => `${o.lines}${chunked}\r\n${o.chunks.replaceAll('\r\n', '\n')}`,
    ],
  ])('by %s is a %i, closes the connection and starts nothing (HT-10)', async (_, status, rest) => {
    const before = await executions();
    const heard = await talk(box.url, `${start}${rest(order(4000))}${hidden(4001)}`);

    expect(heard.statuses).toEqual([status]);
    expect(await executions()).toBe(before);
  });

  it.each<[string, (o: Order) => string]>([
    ['the same length twice', (o) => `${close}Content-Length: ${o.size}\r\n${length(String(o.size))(o)}`],
    ['`chunked` in upper case', (o) => `${o.lines}${close}Transfer-Encoding: CHUNKED\r\n\r\n${o.chunks}`],
    ['`chunked` behind a tab', (o) => `${o.lines}${close}Transfer-Encoding:\tchunked\r\n\r\n${o.chunks}`],
    [
      'a chunk with an extension',
      (o) => `${o.lines}${close}${chunked}\r\n${o.chunks.replace('\r\n', ';a=b\r\n')}`,
    ],
    [
      'a trailer',
      (o) => `${o.lines}${close}${chunked}\r\n${o.chunks.replace(/\r\n$/, 'X-Shopify-Topic: evil\r\n\r\n')}`,
    ],
  ])('is one delivery, and nothing else, with %s, which HTTP allows (HT-10)', async (what, rest) => {
    const before = await executions();
    const number = 4100 + what.length;
    const heard = await talk(box.url, `${start}${rest(order(number))}${hidden(4002)}`);

    expect(heard.statuses).toEqual([202]);
    expect(await executions()).toBe(before + 1);
  });
});

describe('a length beside chunks', () => {
  it('does not count: the chunks are the body, and the connection ends with it (HT-10)', async () => {
    const before = await executions();
    const { lines, chunks } = order(4003);
    const heard = await talk(
      box.url,
      `${start}${lines}Content-Length: 3\r\n${chunked}\r\n${chunks}${hidden(4004)}`,
    );

    expect(heard.statuses).toEqual([202]);
    expect(await executions()).toBe(before + 1);
  });

  it('hides no request behind an empty chunk (HT-10)', async () => {
    const before = await executions();
    const { lines, size } = order(4005);
    const request = `${start}${lines}Content-Length: ${size}\r\n${chunked}\r\n0\r\n\r\n${hidden(4006)}`;
    const heard = await talk(box.url, request);

    expect(heard.statuses).toEqual([401]);
    expect(await executions()).toBe(before);
  });
});

describe('a request in the body of another', () => {
  it.each([
    [
      'of a GET',
      (inner: string) =>
        `GET /healthz HTTP/1.1\r\nHost: x\r\n${close}Content-Length: ${inner.length}\r\n\r\n${inner}`,
      200,
    ],
    [
      'of one that is not genuine',
      (inner: string) => `${start}${close}Content-Length: ${inner.length}\r\n\r\n${inner}`,
      401,
    ],
    [
      'of one that leads nowhere',
      (inner: string) =>
        `POST /x HTTP/1.1\r\nHost: x\r\n${close}Content-Length: ${inner.length}\r\n\r\n${inner}`,
      404,
    ],
    [
      'of one that is too large, after what was promised',
      (inner: string) =>
        `${start}Content-Length: ${limit.bodyBytesMax + 1}\r\n\r\n${inner.padStart(limit.bodyBytesMax + 1, 'x')}`,
      413,
    ],
  ])('%s is never one (HT-10)', async (_, wrap, status) => {
    const before = await executions();
    const heard = await talk(box.url, wrap(hidden(4007)));

    expect(heard.statuses).toEqual([status]);
    expect(await executions()).toBe(before);
  });
});

describe('a delivery with a header that is', () => {
  const with_ = (line: string) => (o: Order) => `${line}${o.lines}Content-Length: ${o.size}\r\n\r\n${o.body}`;

  it.each<[string, (o: Order) => string]>([
    ['folded over two lines', (o) => with_('')(o).replace('X-Shopify-Topic: ', 'X-Shopify-Topic:\r\n ')],
    ['cut by a bare carriage return', with_('X-A: b\rX-B: c\r\n')],
    ['named with a space before its colon', with_('X-A : b\r\n')],
    ['without a colon', with_('X-A\r\n')],
    ['without a name', with_(': b\r\n')],
    ['holding a NUL', with_('X-A: b\0c\r\n')],
  ])('%s is a 400 that closes the connection (HT-12)', async (_, rest) => {
    const before = await executions();
    const heard = await talk(box.url, `${start}${rest(order(4008))}`);

    expect(heard.statuses).toEqual([400]);
    expect(await executions()).toBe(before);
  });

  it('in Latin-1 is genuine all the same (HT-12)', async () => {
    const { statuses } = await talk(box.url, `${start}${with_(`X-A: \u00E9\r\n${close}`)(order(4009))}`);

    expect(statuses).toEqual([202]);
  });
});

it.each([
  ['folded', (key: string) => `Authorization: Bearer\r\n ${key}\r\n`, 400],
  ['behind a space', (key: string) => `Authorization : Bearer ${key}\r\n`, 400],
  ['behind a bare carriage return', (key: string) => `X-A: b\rAuthorization: Bearer ${key}\r\n`, 400],
  ['behind an encoded line break', (key: string) => `X-A: b%0d%0aAuthorization: Bearer ${key}\r\n`, 401],
  ['in two headers', (key: string) => `Authorization: Bearer ${key}\r\nAuthorization: Bearer x\r\n`, 400],
])('a key %s opens nothing (HT-12, JW-24)', async (_, line, status) => {
  const { statuses } = await talk(
    box.url,
    `GET /v1/sources HTTP/1.1\r\nHost: x\r\n${close}${line(box.rootKey)}\r\n`,
  );

  expect(statuses).toEqual([status]);
});
