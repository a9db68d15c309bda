// Headers of outbound requests: nothing that an event brings can add one, or take one over.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import { bearer, type RequestHeaders, secret } from '../../../src/engine/outbound/request.ts';
import { isRefused, portsOf, secrets, sent } from './port.ts';

const url = 'https://peer.example.com/';

async function send(headers: RequestHeaders, more: Parameters<typeof sent>[2] = {}) {
  const { ports, requests } = portsOf(() => Response.json({}));
  return { outcome: await sent({ url, headers }, ports, more), requests };
}

async function expectRefused(headers: RequestHeaders): Promise<void> {
  const { outcome, requests } = await send(headers);
  expect(isRefused(outcome, 'request-invalid')).toBe(true);
  expect(requests).toEqual([]);
}

describe('IN-08: a value', () => {
  it.each([
    'a\r\nX: y',
    'a\nX: y',
    'a\rX: y',
    'a\u0000b',
    'a\u001Bb',
    'a\u007Fb',
    'grüße',
    'a\u2028b',
    '\uD800',
  ])('%j is refused', async (value) => {
    await expectRefused({ 'x-note': value });
    expect.assertions(2);
  });

  it('of visible ASCII, spaces and tabs is sent', async () => {
    const value = ` !"#$%&'()*+,-./09:;<=>?@AZ[\\]^_\`az{|}~\t.`;
    const { requests } = await send({ 'x-note': value });
    expect(requests[0]?.headers['x-note']).toBe(value.trim());
  });

  it('that is refused is not shown: it may be a secret', async () => {
    const { outcome } = await send({ 'x-note': 's3cret\n' });
    expect(JSON.stringify(outcome)).not.toContain('s3cret');
  });
});

describe('IN-08: a name', () => {
  it.each([
    'Host',
    'host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'Upgrade',
    'TE',
    'Trailer',
    'Expect',
    'Via',
    'HTTP2-Settings',
    'Accept-Encoding',
    'traceparent',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Sec-Fetch-Site',
    'CF-Connecting-IP',
    'cf-worker',
    'webhook-signature',
    'webhook-id',
  ])('%s is not the author’s to set', async (name) => {
    await expectRefused({ [name]: 'x' });
    expect.assertions(2);
  });

  it.each(['', 'a b', 'a:b', 'a\r\nb', 'a\nb: c', 'ä', 'a(b)', 'a,b', 'a"b', 'a/b', '{a}'])(
    '%j is none',
    async (name) => {
      await expectRefused({ [name]: 'x' });
      expect.assertions(2);
    },
  );

  it('is taken once, however it is spelled', async () => {
    await expectRefused({ 'X-A': '1', 'x-a': '2' });
    await expectRefused({ Accept: 'text/csv', accept: 'text/html' });
    expect.assertions(4);
  });

  it('may be a word that objects have', async () => {
    const { requests } = await send({ constructor: 'x', valueof: 'y' });
    expect(requests[0]?.headers).toMatchObject({ constructor: 'x', valueof: 'y' });
  });

  it('that is refused is shown up to a length', async () => {
    const { headerNameShownLengthMax: max } = limit;
    const shown = async (length: number) => {
      const { outcome } = await send({ [' '.padEnd(length, 'x')]: '1' });
      return outcome.ok ? '' : outcome.error.message;
    };
    expect(await shown(max)).toContain(`" ${'x'.repeat(max - 1)}"`);
    expect(await shown(max + 1)).toContain(`" ${'x'.repeat(max - 1)}"`);
  });

  it('of a signature goes with the other two', async () => {
    const whole = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
    const { requests } = await send(whole);
    expect(requests[0]?.headers).toMatchObject(whole);
  });
});

describe('all headers', () => {
  it('may have 16 KiB, and no more', async () => {
    const own = 'accept*/*user-agentSignalbox'.length;
    const room = limit.headerBytesMax - own - 'x-note'.length;
    expect((await send({ 'x-note': 'a'.repeat(room) })).outcome).toMatchObject({ ok: true });
    await expectRefused({ 'x-note': 'a'.repeat(room + 1) });
  });
});

describe('a secret', () => {
  it('is not sent for a workflow that does not declare it', async () => {
    const { outcome, requests } = await send({ authorization: bearer('TOKEN') }, { secrets: ['OTHER'] });
    expect(outcome).toMatchObject({
      error: {
        code: 'secret-missing',
        retryable: false,
        message:
          "Cannot use secret 'TOKEN' as the workflow does not declare it: add it to the workflow's secrets",
      },
    });
    expect(requests).toEqual([]);
  });

  it('that is declared and not set is said by its name, with what to type', async () => {
    const { outcome, requests } = await send({ authorization: bearer('GONE') }, { secrets: ['GONE'] });
    expect(outcome).toMatchObject({
      error: { code: 'secret-missing', message: expect.stringContaining('npx wrangler secret put GONE') },
    });
    expect(requests).toEqual([]);
  });

  it.each(['fake-s3cret\n', 'fake\r\ns3cret', 'fäke-s3cret'])(
    'that no header can carry is not shown: %j',
    async (value) => {
      const { ports, requests } = portsOf(() => Response.json({}), { secret: () => value });
      const outcome = await sent({ url, headers: { authorization: secret('TOKEN') } }, ports);
      expect(isRefused(outcome, 'secret-missing')).toBe(true);
      expect(JSON.stringify(outcome)).not.toContain('s3cret');
      expect(requests).toEqual([]);
    },
  );

  it('is not given to a name that only looks like one', async () => {
    const { requests } = await send({ authorization: 'Bearer TOKEN' });
    expect(requests[0]?.headers['authorization']).toBe('Bearer TOKEN');
    expect(JSON.stringify(requests)).not.toContain(secrets.TOKEN);
  });
});
