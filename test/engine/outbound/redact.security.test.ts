// No secret comes back: not in an error, a header or a body, whichever way the peer or the runtime spells it.
import { describe, expect, it } from 'vitest';
import { bearer } from '../../../src/engine/outbound/request.ts';
import { encodeBase64, redact, redactValue, secretForms } from '../../../src/engine/outbound/redact.ts';
import { portsOf, secrets, sent } from './port.ts';

const value = 'fake "s€cret" +/=?&';

const spellings: [string, string][] = [
  ['itself', value],
  ['percent-encoded', encodeURIComponent(value)],
  ['percent-encoded in lower case', encodeURIComponent(value).replaceAll(/%../g, (hex) => hex.toLowerCase())],
  ['in a form', new URLSearchParams({ v: value }).toString().slice(2)],
  ['in base64', encodeBase64(value)],
  ['in base64 without padding', encodeBase64(value).replace(/=+$/, '')],
  ['in base64url', encodeBase64(value).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
  ['in JSON', JSON.stringify(value)],
];

describe('a secret in a text', () => {
  it.each(spellings)('is hidden: %s', (_how, spelled) => {
    const clean = redact(`before ${spelled} after`, [value]);
    expect(clean).toMatch(/^before "?\[secret\]=*"? after$/);
  });

  it('is hidden each time it comes', () => {
    expect(redact(`${value}${value}, ${value}`, [value])).toBe('[secret][secret], [secret]');
  });

  it('that is a part of another is hidden after it', () => {
    expect(redact('fake-secret-long fake-secret', ['fake-secret', 'fake-secret-long'])).toBe(
      '[secret] [secret]',
    );
  });

  it('that is empty is none', () => {
    expect(redact('abc', [''])).toBe('abc');
    expect(secretForms([''])).toEqual([]);
  });

  it('with a lone surrogate is hidden too', () => {
    expect(redact('a fake\uD800secret b', ['fake\uD800secret'])).toBe('a [secret] b');
  });
});

describe('a secret in a value', () => {
  it('is hidden in texts and in names, at any depth', () => {
    const forms = secretForms([value]);
    expect(redactValue({ a: [{ [`x${value}`]: value }], b: 1, c: null, d: true }, forms)).toEqual({
      a: [{ 'x[secret]': '[secret]' }],
      b: 1,
      c: null,
      d: true,
    });
  });
});

describe('a peer that echoes a secret', () => {
  const url = 'https://peer.example.com/';
  const headers = { authorization: bearer('TOKEN') };
  const json = { 'content-type': 'application/json' };
  const answered = (answer: () => Response | Promise<Response>) =>
    sent({ url, headers }, portsOf(answer).ports);

  it('does not get it into a body of JSON', async () => {
    const outcome = await answered(() => Response.json({ headers: { a: `Bearer ${secrets.TOKEN}` }, n: 1 }));
    expect(outcome).toMatchObject({ ok: true, value: { body: { headers: { a: 'Bearer [secret]' }, n: 1 } } });
  });

  it('does not by escapes', async () => {
    const escaped = Array.from(
      secrets.TOKEN,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ).join('');
    const outcome = await answered(() => new Response(`{"a":"${escaped}"}`, { headers: json }));
    expect(outcome).toMatchObject({ ok: true, value: { body: { a: '[secret]' } } });
  });

  it('does not get it into a text, or into a header', async () => {
    const outcome = await answered(
      () => new Response(`token ${secrets.TOKEN}`, { headers: { 'x-echo': secrets.TOKEN } }),
    );
    expect(outcome).toMatchObject({
      ok: true,
      value: { body: 'token [secret]', headers: { 'x-echo': '[secret]' } },
    });
  });

  it('does not get it into an error, also where the cut would go through it', async () => {
    const before = 'x'.repeat(190);
    const outcome = await answered(
      () =>
        new Response(`${before}${secrets.TOKEN}`, { status: 400, headers: { 'content-type': 'text/plain' } }),
    );
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining(`${before}[secret]`) } });
    expect(JSON.stringify(outcome)).not.toContain(secrets.TOKEN.slice(0, 8));
  });

  it('does not get it in by a redirect that is not followed', async () => {
    const location = `https://evil.example.com/?t=${encodeURIComponent(secrets.TOKEN)}`;
    const outcome = await answered(() => new Response(null, { status: 302, headers: { location } }));
    expect(JSON.stringify(outcome)).not.toContain(encodeURIComponent(secrets.TOKEN));
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining('evil.example.com') } });
  });

  it('does not get in one that the request did not use, where the workflow declares it', async () => {
    const outcome = await answered(() => Response.json({ a: secrets.OTHER }));
    expect(outcome).toMatchObject({ value: { body: { a: '[secret]' } } });
  });
});

describe('a runtime that quotes what it could not send', () => {
  it('does not get a secret into the error', async () => {
    const { ports } = portsOf(() => Promise.reject(new TypeError(`Invalid header: Bearer ${secrets.TOKEN}`)));
    const outcome = await sent(
      { url: 'https://peer.example.com/', headers: { authorization: bearer('TOKEN') } },
      ports,
    );
    expect(outcome).toMatchObject({
      error: {
        code: 'network',
        message: 'peer.example.com could not be reached: Invalid header: Bearer [secret]',
      },
    });
  });
});
