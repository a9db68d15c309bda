// What an author may get wrong, and what a step may return or throw: one workflow, `{ how }` names the case.
import { z } from 'zod';
import { defineWorkflow, type Step } from '../../src/engine/index.ts';

type Body = (step: Step, instanceId: string) => Promise<unknown>;

const none = { retries: { limit: 0, delay: 0 } } as const;

/** JavaScript has no types: what its author may hand over. */
function loose(step: Step): Record<keyof Step, (...args: unknown[]) => Promise<unknown>> {
  return step as unknown as Record<keyof Step, (...args: unknown[]) => Promise<unknown>>;
}

const cyclic: { self?: unknown; name: string } = { name: 'loop' };
cyclic.self = cyclic;

/** A value that is small, and as JSON 2^40 characters. */
function laughs(): unknown {
  let value: unknown[] = ['ha'];
  for (let level = 0; level < 40; level += 1) value = [value, value];
  return value;
}

/** What was rolled back, by execution. */
export const rolledBack = new Map<string, string[]>();
const undo = (id: string, what: string) => async () => {
  rolledBack.set(id, [...(rolledBack.get(id) ?? []), what]);
};

export const misuses: Record<string, Body> = {
  'do: null config': (step) => loose(step).do('a', null, async () => 1),
  'do: no callback': (step) => loose(step).do('a', {}),
  'do: null retries': (step) => loose(step).do('a', { retries: null }, async () => 1),
  'do: no delay': (step) => loose(step).do('a', { retries: { limit: 1 } }, async () => 1),
  'do: no limit': (step) => loose(step).do('a', { retries: { delay: 1 } }, async () => 1),
  'do: negative limit': (step) => step.do('a', { retries: { limit: -1, delay: 0 } }, async () => 1),
  'do: NaN delay': (step) => step.do('a', { retries: { limit: 1, delay: NaN } }, async () => 1),
  'do: unknown backoff': (step) =>
    loose(step).do('a', { retries: { limit: 3, delay: 0, backoff: 'fast' } }, async () => {
      throw new Error('x');
    }),
  'do: unknown jitter': (step) =>
    loose(step).do('a', { retries: { limit: 3, delay: 0, jitter: 'half' } }, async () => 1),
  'do: NaN timeout': (step) => step.do('a', { timeout: NaN }, async () => 1),
  'do: timeout 0': (step) => step.do('a', { timeout: 0 }, async () => 1),
  'do: delay function gives nothing': (step) =>
    loose(step).do('a', { retries: { limit: 1, delay: () => undefined } }, async () => {
      throw new Error('x');
    }),
  'do: step in delay function': (step) =>
    step.do(
      'a',
      {
        retries: {
          limit: 1,
          delay: async () => {
            await step.sleep('inner', 1);
            return 0;
          },
        },
      },
      async () => {
        throw new Error('x');
      },
    ),
  'do: rollback is no function': (step) => loose(step).do('a', async () => 1, { rollback: 'undo' }),
  'do: bad rollback config': (step) =>
    step.do('a', async () => 1, { rollback: async () => {}, rollbackConfig: { timeout: 'never' } }),
  'name: empty': (step) => step.do('', async () => 1),
  'name: too long': (step) => step.do('x'.repeat(257), async () => 1),
  'name: bigint': (step) => loose(step).do(1n, async () => 1),
  'throw: undefined': (step) =>
    step.do('a', none, async () => {
      throw undefined;
    }),
  'throw: string': (step) =>
    step.do('a', none, async () => {
      throw 'a text';
    }),
  'throw: bigint': (step) =>
    step.do('a', none, async () => {
      throw 1n;
    }),
  'throw: error without text': (step) =>
    step.do('a', none, async () => {
      throw Object.assign(new Error('x'), { message: 42, name: undefined });
    }),
  'result: cyclic': (step) => step.do('a', async () => cyclic),
  'result: laughs': async (step) => {
    await step.do('a', async () => laughs());
    return 1;
  },
  'result: bigint': (step) => step.do('a', async () => 10n),
  'result: response': (step) => step.do('a', async () => new Response('x')),
  'result: promise inside': (step) => step.do('a', async () => ({ later: Promise.resolve(1) })),
  'result: surrogates': async (step) => {
    const { text } = await step.do('a', async () => ({ at: new Date(0), text: '\ud800\u0000"' }));
    return text === '\ud800\u0000"';
  },
  'result: too big of workflow': async () => 'x'.repeat(9_000_000),
  'result: far too big of workflow': async () => 'x'.repeat(12_000_000),
  'sleep: nothing': (step) => loose(step).sleep('a'),
  'sleep: negative': (step) => step.sleep('a', -1),
  'sleep: NaN': (step) => step.sleep('a', NaN),
  'sleep: Infinity': (step) => step.sleep('a', Infinity),
  'sleepUntil: nothing': (step) => loose(step).sleepUntil('a'),
  'sleepUntil: text': (step) => loose(step).sleepUntil('a', '2030-01-01'),
  'sleepUntil: no date': (step) => step.sleepUntil('a', new Date(NaN)),
  'sleepUntil: too far': (step) => step.sleepUntil('a', new Date('2100-01-01')),
  'wait: no options': (step) => loose(step).waitForEvent('a'),
  'wait: no type': (step) => loose(step).waitForEvent('a', {}),
  'wait: bad timeout': (step) => step.waitForEvent('a', { type: 'x', timeout: 'soon' }),
  'wait: timeout 0': (step) => step.waitForEvent('a', { type: 'x', timeout: 0 }),
  'approval: no notify': (step) => loose(step).approval('a', { question: 'x' }),
  'approval: long question': (step) =>
    step.approval('a', { question: 'x'.repeat(1_001), notify: async () => {} }),
  'approval: bad timeout': (step) => step.approval('a', { timeout: 'x', notify: async () => {} }),
  'invoke: nothing': (step) => loose(step).invoke('a'),
  'invoke: no input': (step) => loose(step).invoke('a', { workflow: 'misuse' }),
  'emit: nothing': (step) => loose(step).emit('a'),
  'emit: no type': (step) => loose(step).emit('a', { data: 1 }),
  'emit: too big': (step) => step.emit('a', { type: 'x', data: 'x'.repeat(1_100_000) }),
  'invoke: too big': (step) => step.invoke('a', { workflow: 'misuse', input: 'x'.repeat(1_100_000) }),
  'emit: date': (step) => step.emit('a', { type: 'x', data: { at: new Date() } }),
  'http: nothing': (step) => loose(step).http('a'),
  'http: no url': (step) => loose(step).http('a', {}),
  'http: bigint body': (step) => step.http('a', { url: 'https://example.com', body: 1n }),
  'http: NaN timeout': (step) => step.http('a', { url: 'https://example.com', timeout: NaN }),
  'poll: nothing': (step) => loose(step).poll('a'),
  'poll: no request': (step) => loose(step).poll('a', { until: () => true }),
  'poll: no until': (step) => loose(step).poll('a', { request: { url: 'https://example.com' } }),
  'poll: bad interval': (step) =>
    step.poll('a', { request: { url: 'https://example.com' }, interval: 'often', until: () => true }),
  'map: no items': (step) => loose(step).map(undefined, async () => 1),
  'map: a set': (step) => loose(step).map(new Set([1]), async () => 1),
  'map: empty': (step) => step.map([], async () => 1),
  'map: concurrency 0': (step) => step.map([1], async () => 1, { concurrency: 0 }),
  'map: concurrency NaN': (step) => step.map([1], async () => 1, { concurrency: NaN }),
  'map: no work': (step) => loose(step).map([1]),
  'parallel: 10 000': async (step) =>
    (await Promise.all(Array.from({ length: 10_000 }, (_, at) => step.do(`s${at}`, async () => at)))).length,
  'parallel: same names': (step) =>
    Promise.all(Array.from({ length: 5 }, (_, at) => step.do('same', async () => at))),
  'steps: too many': async (step, id) => {
    await step.do('undone', async () => 1, { rollback: undo(id, 'undone') });
    await Promise.all(Array.from({ length: 10_000 }, () => step.now()));
  },
  'rollback: long name': async (step, id) => {
    await step.do('x'.repeat(256), async () => 1, { rollback: undo(id, 'long') });
    throw new Error('end');
  },
  'rollback: names with numbers': async (step, id) => {
    await step.do('a', async () => 1, { rollback: undo(id, 'first a') });
    await step.do('a', async () => 1, { rollback: undo(id, 'second a') });
    await step.do('a#2', async () => 1, { rollback: undo(id, 'a#2') });
    throw new Error('end');
  },
  'not awaited': async (step) => {
    void step.do('a', async () => {
      await scheduler.wait(5);
      return 1;
    });
    return 'end';
  },
};

export const misuse = defineWorkflow(
  { name: 'misuse', version: '1', input: z.object({ how: z.string() }) },
  async ({ data, instanceId }, step) => misuses[data.how]!(step, instanceId),
);
