// Floods: what many requests at once can do to a limit, to each other, and to who is not meant by them.
import { describe, expect, it } from 'vitest';
import { steps } from '../fixture/workflow.ts';
import { api, boxOf, problemOf, signed } from './box.ts';

const rate = { limit: 10, windowSeconds: 86_400 };

/** A box of two sources under a limit of ten, whose names nobody else has. */
function makeBox() {
  const name = `rated-${crypto.randomUUID().slice(0, 8)}`;
  const sources = [name, `${name}-too`];
  const box = boxOf({
    sources: sources.map((source) => ({ name: source, provider: 'shopify', rate })),
    listeners: [[steps, ...sources.map((source) => ({ source, map: () => ({ count: 0 }) }))]],
  });
  const send = async (source: string, headers: Record<string, string> = {}) => {
    const { path, init } = await signed(source, 'shopify', {
      headers,
      body: JSON.stringify({ id: crypto.randomUUID() }),
    });
    return box.ask(path, init);
  };
  return { ...box, send, one: name, other: `${name}-too` };
}

async function countOf(answers: readonly Promise<Response>[], status: number): Promise<number> {
  return (await Promise.all(answers)).filter((answer) => answer.status === status).length;
}

const hundred = <T>(make: () => T): T[] => Array.from({ length: 100 }, make);

describe('a limit of ten', () => {
  it('lets through ten of a hundred that come at once, and refuses the others (RL-03)', async () => {
    const { send, one } = makeBox();
    const answers = hundred(async () => send(one));

    expect(await countOf(answers, 202)).toBe(10);
    expect(await countOf(answers, 429)).toBe(90);
  });

  it('is not another one for another address, whatever header names it (HT-08)', async () => {
    const { send, one } = makeBox();

    expect(
      await countOf(
        hundred(async () => send(one)),
        202,
      ),
    ).toBe(10);
    for (const name of [
      'CF-Connecting-IP',
      'X-Forwarded-For',
      'X-Real-IP',
      'True-Client-IP',
      'Forwarded',
      'X-Client-IP',
    ]) {
      const response = await send(one, { [name]: name === 'Forwarded' ? 'for=192.0.2.1' : '192.0.2.1' });

      await problemOf(response, 429, 'rate-limited');
    }
  });

  it('that one source has reached leaves another source its own (RL-05)', async () => {
    const { send, one, other } = makeBox();
    await Promise.all(hundred(async () => send(one)));

    expect(
      await countOf(
        Array.from({ length: 10 }, async () => send(other)),
        202,
      ),
    ).toBe(10);
    expect((await send(other)).status).toBe(429);
  });

  it('is not touched by what is not genuine (WH-02)', async () => {
    const { ask, send, one, reached } = makeBox();
    const forged = hundred(async () => ask(`/v1/hooks/${one}`, { method: 'POST', body: '{}' }));

    expect(await countOf(forged, 401)).toBe(100);
    expect(reached).toEqual([]);
    expect(
      await countOf(
        Array.from({ length: 10 }, async () => send(one)),
        202,
      ),
    ).toBe(10);
  });

  it('is told in headers that say how much is left and until when, in whole numbers (RL-02)', async () => {
    const { send, one } = makeBox();
    for (let left = 9; left >= 0; left -= 1) {
      const { headers } = await send(one);

      expect(headers.get('RateLimit-Policy')).toBe(`"source:${one}";q=10;w=86400`);
      expect(headers.get('RateLimit')).toMatch(new RegExp(`^"source:${one}";r=${left};t=[1-9][0-9]*$`));
    }
  });
});

it('a hundred requests of one idempotency key are one execution (ID-05)', async () => {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
  const answers = await Promise.all(
    hundred(async () =>
      api('/v1/workflows/steps/executions', { method: 'POST', headers, body: '{"count":0}' }),
    ),
  );

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map((answer) => answer.headers.get('Location'))).size).toBe(1);
  expect(answers.filter((answer) => !answer.headers.has('Idempotency-Replayed'))).toHaveLength(1);
});
