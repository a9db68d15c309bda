// Replays: what was genuine once, sent again by somebody else, at another time, to another source, or with another body.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { untilFinal } from '../durable-objects/object.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, headersOf, origin, problemOf, signed } from './box.ts';

const secret = btoa('fake-shop-secret-0123');
const start = Math.floor(Date.now() / 1000) * 1000;

/** A box whose clock stands at `elapsed` seconds after the start. */
function makeBox() {
  const clock = { elapsed: 0 };
  const box = boxOf({
    sources: [
      { name: 'shop', provider: 'standardwebhooks' },
      { name: 'twin', provider: 'standardwebhooks', secrets: ['OTHER_SECRET', 'SHOP_SECRET'] },
    ],
    listeners: [[steps, { source: 'shop', map: ({ data }) => data }]],
    now: () => new Date(start + clock.elapsed * 1000),
  });
  return { ...box, clock };
}

/** A message that the vendor signed so many seconds after the start. */
function message(id: string, elapsed: number, body = '{"count":1}'): RequestInit {
  const at = new Date(start + elapsed * 1000);
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(at.getTime() / 1000),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
    body,
  };
}

async function accepted(response: Response) {
  expect(response.status).toBe(202);
  return deliveryAcceptedSchema.parse(await response.json());
}

const newId = () => `msg_${crypto.randomUUID()}`;
const path = '/v1/hooks/shop';

describe('a delivery that is validly signed', () => {
  it.each([-300, -299, 0, 299, 300])(
    '%i s from now is taken: the edge is within (WH-18)',
    async (elapsed) => {
      const { ask } = makeBox();

      expect((await ask(path, message(newId(), elapsed))).status).toBe(202);
    },
  );

  it.each([-86_400, -301, 301, 86_400])('%i s from now is not genuine (WH-17)', async (elapsed) => {
    const { ask, reached } = makeBox();

    await problemOf(await ask(path, message(newId(), elapsed)), 401, 'not-genuine');
    expect(reached).toEqual([]);
  });
});

describe('the same delivery again', () => {
  it('within the tolerance is answered with the execution that it started, and starts none (WH-22)', async () => {
    const { ask, clock } = makeBox();
    const sent = message(newId(), 0);
    const first = await accepted(await ask(path, sent));
    clock.elapsed = 299;
    const replay = await accepted(await ask(path, sent));

    expect(replay.executions.map(({ id }) => id)).toEqual(first.executions.map(({ id }) => id));
    expect(replay.duplicate).toBe(true);
  });

  it('after the tolerance is not genuine; signed anew it is the same event (WH-23)', async () => {
    const { ask, clock, reached } = makeBox();
    const id = newId();
    const sent = message(id, 0);
    const first = await accepted(await ask(path, sent));
    clock.elapsed = 600;
    await problemOf(await ask(path, sent), 401, 'not-genuine');
    expect(reached).toHaveLength(1);
    const again = await accepted(await ask(path, message(id, 600)));

    expect(again.executions[0]?.id).toBe(first.executions[0]?.id);
    expect(again.duplicate).toBe(true);
  });

  it('a hundred times at once starts one execution (DX-16)', async () => {
    const { ask } = makeBox();
    const sent = message(newId(), 0);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => accepted(await ask(path, sent))),
    );

    expect(new Set(answers.map(({ executions }) => executions[0]?.id)).size).toBe(1);
    expect(answers.filter(({ duplicate }) => duplicate !== true)).toHaveLength(1);
  });

  it('under a new id, which is signed, is not genuine', async () => {
    const { ask, reached } = makeBox();
    const sent = message(newId(), 0);
    const headers = new Headers(sent.headers);
    headers.set('webhook-id', newId());

    await problemOf(await ask(path, { ...sent, headers }), 401, 'not-genuine');
    expect(reached).toEqual([]);
  });

  it('under a new id, which is not signed, is a duplicate', async () => {
    const { ask } = boxOf({
      sources: [{ name: 'shop', provider: 'github' }],
      listeners: [[steps, { source: 'shop', map: () => ({ count: 0 }) }]],
    });
    const body = JSON.stringify({ id: newId() });
    const { init } = await signed('shop', 'github', { headers: { 'X-GitHub-Delivery': newId() }, body });
    const first = await accepted(await ask(path, init));
    init.headers.set('X-GitHub-Delivery', newId());
    const replay = await accepted(await ask(path, init));

    expect(replay.executions[0]?.id).toBe(first.executions[0]?.id);
  });

  it('at another source with another secret is not genuine (WH-35)', async () => {
    const { ask, reached } = makeBox();

    await problemOf(await ask('/v1/hooks/twin', message(newId(), 0)), 401, 'not-genuine');
    expect(reached).toEqual([]);
  });
});

it('the same id with another body, both validly signed, is a duplicate by decision, for vendors resend changed bytes: the first counts (WH-25)', async () => {
  const { ask } = makeBox();
  const id = newId();
  const first = await accepted(await ask(path, message(id, 0, '{"count":1}')));
  const second = await accepted(await ask(path, message(id, 1, '{"count":2}')));
  const execution = first.executions[0]?.id ?? '';

  expect(second.executions[0]?.id).toBe(execution);
  expect(second.duplicate).toBe(true);
  expect((await untilFinal(execution)).output).toBe(1);
});

it('a forgery uses up neither the id nor anything else that the genuine delivery needs (WH-02)', async () => {
  const { ask } = makeBox();
  const id = newId();
  const genuine = message(id, 0);
  const forged = { ...genuine, body: '{"count":2}' };
  for (let time = 0; time < 20; time += 1) {
    await problemOf(await ask(path, forged), 401, 'not-genuine');
  }
  const { duplicate, executions } = await accepted(await ask(path, genuine));

  expect(duplicate).toBeUndefined();
  expect(executions).toHaveLength(1);
});

describe('a source that is declared no longer', () => {
  it('is answered as one that never was, whoever asks: signed, forged or not at all (WH-37, WH-38)', async () => {
    const { ask, reached, asked } = makeBox();
    const genuine = message(newId(), 0);
    const unsigned = { method: 'POST', body: '{}' };
    const answerOf = async (name: string, { headers, ...init }: RequestInit) => {
      const all = new Headers(headers);
      all.set('X-Request-Id', 'fake-request');
      const response = await ask(`/v1/hooks/${name}`, { ...init, headers: all });
      const text = (await response.text()).replace(`/v1/hooks/${name}`, '/v1/hooks/-');
      return JSON.stringify([response.status, headersOf(response), text]);
    };
    const answers = await Promise.all([
      answerOf('gone', genuine),
      answerOf('gone', { ...genuine, body: 'forged' }),
      answerOf('gone', unsigned),
      answerOf('never-was', genuine),
      answerOf('never-was', { ...unsigned, body: 'x'.repeat(2_000_000) }),
      answerOf('never-was', { method: 'GET' }),
    ]);

    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^\[404,/);
    expect([...reached, ...asked]).toEqual([]);
  });
});

describe('a vendor that signs the URL', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const send = async (url: string) => {
    const { ask, reached } = boxOf({
      sources: [{ name: 'calls', provider: 'twilio' }],
      listeners: [[steps, { source: 'calls', map: () => ({ count: 0 }) }]],
    });
    const { init } = await signed('calls', 'twilio', {
      headers: form,
      body: `CallSid=${crypto.randomUUID()}`,
    });
    return { response: await ask(url.slice(origin.length), init), reached };
  };

  it('is taken at the URL that it has signed', async () => {
    expect((await send(`${origin}/v1/hooks/calls`)).response.status).toBeLessThan(300);
  });

  it.each([
    ['another host', `${origin}.evil.example/v1/hooks/calls`],
    ['another query', `${origin}/v1/hooks/calls?a=b`],
  ])('is not genuine at %s (WH-33)', async (_, url) => {
    const { response, reached } = await send(url);

    await problemOf(response, 401, 'not-genuine');
    expect(reached).toEqual([]);
  });
});
