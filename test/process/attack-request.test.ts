// Requests that are odd as a whole: their method, target, version, host and size, and bodies that never end.
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

const close = 'Connection: close\r\n';
const end = `Host: box.example\r\n${close}\r\n`;

describe('a request line', () => {
  it.each([
    ['of HTTP/0.9', 'GET /healthz\r\n\r\n', [400]],
    ['of HTTP/1.0', 'GET /healthz HTTP/1.0\r\nHost: box.example\r\n\r\n', [200]],
    ['of HTTP/2.0', `GET /healthz HTTP/2.0\r\n${end}`, [400]],
    ['with an absolute target', `GET http://evil.example/healthz HTTP/1.1\r\n${end}`, [200]],
    [
      'with an absolute target that wants a key',
      `GET http://evil.example/v1/sources HTTP/1.1\r\n${end}`,
      [401],
    ],
    ['with an asterisk', `OPTIONS * HTTP/1.1\r\n${end}`, [404]],
    ['with a path that climbs', `GET /healthz/../v1/sources HTTP/1.1\r\n${end}`, [404]],
    ['with two slashes', `GET //v1/sources HTTP/1.1\r\n${end}`, [404]],
    ['with bytes that no URL has', `GET /\u00FF<>"{}|^\` HTTP/1.1\r\n${end}`, [400]],
    ['with a NUL', `GET /a\0b HTTP/1.1\r\n${end}`, [400]],
    ['of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n${end}`, [414]],
    ['with TRACE, which echoes nothing', `TRACE /healthz HTTP/1.1\r\nX-A: fake-echo\r\n${end}`, [405]],
    ['with TRACK', `TRACK /healthz HTTP/1.1\r\n${end}`, [501]],
    ['in lower case', `get /healthz HTTP/1.1\r\n${end}`, [501]],
    ['that is TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n', [400]],
    ['that is noise', `${'A'.repeat(5_000)}\r\n\r\n`, [400]],
  ])('%s is answered as HTTP has it, or refused (HT-05, HT-10)', async (_, request, statuses) => {
    const heard = await talk(box.url, request);

    expect(heard.statuses).toEqual(statuses);
    expect(heard.text).not.toContain('fake-echo');
  });

  it('with CONNECT is refused by the platform, before any code of ours', async () => {
    const { statuses, text } = await talk(box.url, `CONNECT box.example:443 HTTP/1.1\r\n${end}`);

    expect(statuses.every((status) => status >= 400)).toBe(true);
    expect(text).not.toContain('X-Request-Id');
  });
});

describe('a host', () => {
  it.each([
    ['that is missing', 'GET /v1/sources HTTP/1.1\r\n', 400],
    ['that is given twice', 'GET /v1/sources HTTP/1.1\r\nHost: a\r\nHost: b\r\n', 401],
    ['that is no name', 'GET /v1/sources HTTP/1.1\r\nHost: ///\r\n', 404],
    ['that is another', 'GET /v1/sources HTTP/1.1\r\nHost: evil.example\r\n', 401],
  ])('%s opens nothing', async (_, lines, status) => {
    expect((await talk(box.url, `${lines}${close}\r\n`)).statuses).toEqual([status]);
  });
});

describe('headers', () => {
  const many = (count: number, length: number) =>
    Array.from({ length: count }, (_, at) => `X-${at}: ${'y'.repeat(length)}\r\n`).join('');
  const request = 'GET /healthz HTTP/1.1\r\n';

  it.each([
    ['a thousand', many(1_000, 1)],
    ['one of 64 KB', many(1, 65_536)],
    ['one of 300 KB', many(1, 300_000)],
  ])('%s are answered (HT-13)', async (_, lines) => {
    const heard = await talk(box.url, `${request}${lines}${end}`);

    expect(heard.statuses).toEqual([200]);
  });

  /** Bytes of the buffer into which workerd reads a head: the default of hyper 1.12, which serves HTTP/1 there, 8 192 + 100 × 4 096. */
  const headBytes = 417_792;

  it('that end one byte before the buffer is full are answered, and those that fill it are a 431 (HT-13)', async () => {
    const lines = `${request}Host: box.example\r\n${close}X-0: `;
    const whole = await talk(box.url, `${lines.padEnd(headBytes - 5, 'y')}\r\n\r\n`);
    // Not a byte more than is read: a connection that is closed on unread bytes is reset, and a reset may overtake the answer.
    const full = await talk(box.url, lines.padEnd(headBytes, 'y'));

    expect(whole.statuses).toEqual([200]);
    expect(full.statuses).toEqual([431]);
  });

  it('of 3 MB are cut off: a 431 is all that is ever heard of them (HT-13)', async () => {
    const { statuses } = await talk(box.url, `${request}${many(30, 100_000)}${end}`);

    expect(statuses.every((status) => status === 431)).toBe(true);
    expect((await talk(box.url, `${request}${end}`)).statuses).toEqual([200]);
  });
});

const logSchema = z.object({
  deliveries: z.array(
    z.looseObject({ outcome: z.string(), reason: z.string().nullish(), body: z.unknown().optional() }),
  ),
});

async function ask(path: string): Promise<unknown> {
  const response = await fetch(`${box.url}${path}`, { headers: { Authorization: `Bearer ${box.rootKey}` } });
  return response.json();
}

const logged = async () => logSchema.parse(await ask('/v1/sources/shopify-orders/deliveries')).deliveries;
const slowOnes = (deliveries: Awaited<ReturnType<typeof logged>>) =>
  deliveries.filter(({ reason }) => reason === 'body-too-slow');

const listSchema = z.object({ executions: z.array(z.unknown()) });
const executions = async (): Promise<number> =>
  listSchema.parse(await ask('/v1/workflows/order-to-crm/executions')).executions.length;

/** A genuine delivery as far as its body. */
function head(number: number, length: string): { lines: string; body: string } {
  const { headers, body } = makeOrderDelivery(pickSecret(box.secrets, 'SHOPIFY_WEBHOOK_SECRET'), number);
  const lines = Object.entries({ ...headers, Host: 'box.example' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return { lines: `POST /v1/hooks/shopify-orders HTTP/1.1\r\n${lines.join('')}${length}\r\n`, body };
}

describe('a body that does not come', () => {
  it.each([
    ['of a length that is declared', 'Content-Length: 5000\r\n', (body: string) => body],
    [
      'in chunks',
      'Transfer-Encoding: chunked\r\n',
      (body: string) => `${(body.length + 5).toString(16)}\r\n${body}`,
    ],
  ])('to its end, %s, starts nothing, though what came was signed (BD-13)', async (_, length, write) => {
    const before = await executions();
    const { lines, body } = head(5000, length);
    await talk(box.url, `${lines}${write(body)}`, (socket) => socket.end());

    expect(await executions()).toBe(before);
  });

  it('but trickles is a 408 when its time is over; others are answered meanwhile, and nothing of it is kept (BD-14)', async () => {
    const before = await executions();
    const { lines, body } = head(5001, `Content-Length: ${Buffer.byteLength(head(5001, '').body)}\r\n`);
    const slow = talk(box.url, `${lines}${body.slice(0, 200)}`, (socket) => {
      const timer = setInterval(() => socket.write(' '), 500);
      socket.on('close', () => clearInterval(timer));
    });
    const ended: string[] = [];
    void slow.then(() => ended.push('the slow one'));
    const others = Promise.all(Array.from({ length: 20 }, async () => fetch(`${box.url}/healthz`)));
    void others.then(() => ended.push('the others'));
    const heard = await slow;

    expect((await others).every(({ ok }) => ok)).toBe(true);
    expect(ended).toEqual(['the others', 'the slow one']);
    expect(heard.statuses).toEqual([408]);
    expect(heard.text).toContain('"type":"https://signalbox.dev/problems/body-too-slow"');
    expect(heard.text).toMatch(/^Connection: close\r$/m);
    expect(heard.elapsedMs).toBeGreaterThanOrEqual(limit.bodyReadMs - 50);
    // A deadline for each byte would never have come; one that began anew would come at twice the time.
    expect(heard.elapsedMs).toBeLessThan(2 * limit.bodyReadMs);
    expect(await executions()).toBe(before);
    // It is written down after the answer.
    await expect.poll(async () => slowOnes(await logged()), { timeout: 30_000 }).toHaveLength(1);
    const deliveries = await logged();
    expect(slowOnes(deliveries)).toHaveLength(1);
    expect(JSON.stringify(deliveries)).not.toContain('line_items');
  });
});
