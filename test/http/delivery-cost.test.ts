// What the Worker does for one delivery, counted: times don't repeat, but how often JSON is parsed and a body is copied does.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ok } from '../../src/core/result.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, signed } from './box.ts';

/** Less than one read of a body takes, and far more than all else that is copied for a delivery. */
const bodyBytes = 40_000;

const json = JSON.stringify({ id: 'evt_1', type: 'order.paid', note: 'x'.repeat(bodyBytes) });
const form = new URLSearchParams({ MessageSid: 'SM1', Body: 'x'.repeat(bodyBytes) }).toString();

interface Case {
  readonly provider: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How often the body is copied: not at all where it alone is signed. */
  readonly copies: number;
  readonly parses?: number;
}

const cases: readonly Case[] = [
  { provider: 'github', headers: { 'X-GitHub-Event': 'push' }, copies: 0 },
  { provider: 'shopify', headers: { 'X-Shopify-Topic': 'orders/create' }, copies: 0 },
  { provider: 'stripe', copies: 1 },
  { provider: 'slack', copies: 1 },
  { provider: 'standardwebhooks', copies: 1 },
  // A form is no JSON, and what is signed is made of its fields and not of its bytes.
  {
    provider: 'twilio',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form,
    copies: 0,
    parses: 0,
  },
];

const accepted = { id: 'fake-execution', status: 'pending', duplicate: false, limits: [] } as const;

/** An app with one source of the provider, whose workflow's object says yes and does nothing: only the Worker's own work counts. */
function appOf(provider: string) {
  return boxOf({
    sources: [{ name: 'shop', provider }],
    listeners: [[steps, { source: 'shop', map: () => ({ count: 1 }) }]],
    before: () => ({ accept: async () => ok(accepted) }),
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Watches JSON.parse, and counts the bytes that one byte array takes over from another. */
function watch() {
  const parse = vi.spyOn(JSON, 'parse');
  let copied = 0;
  const set = Reflect.get(Uint8Array.prototype, 'set');
  vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, from, at) {
    copied += from.length;
    set.call(this, from, at);
  });
  const slice = Reflect.get(Uint8Array.prototype, 'slice');
  vi.spyOn(Uint8Array.prototype, 'slice').mockImplementation(function (this: Uint8Array, start, end) {
    const part = slice.call(this, start, end);
    copied += part.length;
    return part;
  });
  return { parses: () => parse.mock.calls.length, copies: () => Math.round(copied / bodyBytes) };
}

describe.each(cases)('a genuine delivery of $provider', ({ provider, headers, body, copies, parses }) => {
  it('is parsed once, and copied only where something stands beside the body in what is signed', async () => {
    const { ask } = appOf(provider);
    const { path, init } = await signed('shop', provider, { headers: { ...headers }, body: body ?? json });
    const watched = watch();
    const { status } = await ask(path, init);
    const seen = { status, parses: watched.parses(), copies: watched.copies() };

    expect(seen).toEqual({ status: provider === 'twilio' ? 200 : 202, parses: parses ?? 1, copies });
  });
});

describe.each(cases)('a forged delivery of $provider', ({ provider, headers, body }) => {
  it('is not parsed', async () => {
    const { ask, settled } = appOf(provider);
    const { path, init } = await signed('shop', provider, { headers: { ...headers }, body: body ?? json });
    const changed = new TextEncoder().encode((body ?? json).replace('xxx', 'xyx'));
    const watched = watch();
    const { status } = await ask(path, { ...init, body: changed });
    const seen = { status, parses: watched.parses() };
    await settled();

    expect(seen).toEqual({ status: 401, parses: 0 });
  });
});
