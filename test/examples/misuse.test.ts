import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { defineWorkflow, schedule } from '../../src/engine/index.ts';
import { z } from 'zod';
import { objectOf, start, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { rolledBack } from './misuse-workflow.ts';

afterEach(async () => reset());

const run = async (how: string) => untilFinal(await start('misuse', { how }));

describe('bad arguments fault the execution at once, with a sentence:', () => {
  it.each([
    ['do: null config', "Cannot call step 'a' as its config must be an object: current value is null"],
    ['do: no callback', "Cannot run step 'a' as it must be given one function"],
    ['do: null retries', "Cannot retry step 'a' as retries must be an object: current value is null"],
    [
      'do: no delay',
      "Step 'a', retries.delay: Cannot read duration as it must be a number of milliseconds or a text: current value is undefined",
    ],
    ['do: no limit', 'retries.limit must be a whole number from 0, or Infinity: current value is undefined'],
    ['do: negative limit', 'retries.limit must be a whole number from 0, or Infinity: current value is -1'],
    ['do: NaN delay', "Step 'a', retries.delay: Cannot read duration as it must be milliseconds"],
    [
      'do: unknown backoff',
      'retries.backoff must be constant or linear or exponential: current value is fast',
    ],
    ['do: unknown jitter', 'retries.jitter must be full or none: current value is half'],
    ['do: NaN timeout', "Step 'a', timeout: Cannot read duration"],
    ['do: timeout 0', "Cannot run step 'a' as its timeout must be at least 1 ms: current value is 0"],
    ['do: delay function gives nothing', "The delay function of step 'a' failed"],
    ['do: step in delay function', "Cannot call step 'inner' inside step 'a' as steps do not nest"],
    [
      'do: rollback is no function',
      "Cannot run step 'a' as its rollback must be a function: current value is undo",
    ],
    ['do: bad rollback config', "Step 'rollback a', timeout: Cannot read duration"],
    ['name: empty', "its name must be 1 to 256 characters: current value is ''"],
    ['name: too long', 'its name must be 1 to 256 characters'],
    ['name: bigint', "its name must be 1 to 256 characters: current value is '[object BigInt]'"],
    ['sleep: nothing', "Step 'a': Cannot read duration"],
    ['sleep: negative', "Step 'a': Cannot read duration as it must be zero or more: current value is -1"],
    ['sleep: NaN', 'current value is NaN'],
    ['sleep: Infinity', 'must be at most 365 days: current value is Infinity'],
    ['sleepUntil: nothing', "Cannot sleep in step 'a' as the moment must be a valid Date"],
    ['sleepUntil: text', 'current value is 2030-01-01'],
    ['sleepUntil: no date', 'current value is Invalid Date'],
    ['sleepUntil: too far', 'at most 365 days ahead'],
    ['wait: no options', "Cannot call step 'a' as its options must be an object: current value is undefined"],
    ['wait: no type', "Cannot wait in step 'a' as the event's type must be a text"],
    ['wait: bad timeout', "Step 'a', timeout: Cannot read duration"],
    ['approval: no notify', 'as notify must be a function: current value is undefined'],
    ['approval: long question', 'the question must be at most 1000 characters: it has 1001'],
    ['approval: bad timeout', "Step 'a', timeout: Cannot read duration"],
    ['invoke: nothing', "Cannot call step 'a' as its options must be an object"],
    ['invoke: no input', "Cannot invoke 'misuse' in step 'a' as its input must be JSON"],
    ['invoke: too big', 'its input must be at most 1048576 bytes: it is 1100002'],
    ['emit: nothing', "Cannot call step 'a' as its options must be an object"],
    ['emit: no type', "Cannot emit in step 'a' as the event's type must be a text"],
    ['emit: date', "Cannot emit 'x' in step 'a' as its data must be JSON"],
    ['emit: too big', 'its data must be at most 1048576 bytes: it is 1100002'],
    ['http: nothing', "Cannot call step 'a' as its options must be an object"],
    [
      'http: no url',
      "Cannot send the request of step 'a' as its url must be a text: current value is undefined",
    ],
    ['poll: nothing', "Cannot call step 'a' as its options must be an object"],
    ['poll: no request', "Cannot send the request of step 'a' as its url must be a text"],
    ['poll: no until', "Cannot poll in step 'a' as until must be a function: current value is undefined"],
    ['poll: bad interval', "Step 'a', interval: Cannot read duration"],
    ['map: no items', 'Cannot map as the items must be an array: current value is undefined'],
    ['map: a set', 'Cannot map as the items must be an array'],
    ['map: concurrency 0', 'concurrency must be a whole number from 1: current value is 0'],
    ['map: concurrency NaN', 'concurrency must be a whole number from 1: current value is NaN'],
    ['map: no work', 'Cannot map as the work must be a function: current value is undefined'],
    ['result: response', "Cannot return this from step 'a' as the value cannot be kept in the journal"],
    ['result: promise inside', "Cannot return this from step 'a' as the value.later cannot be kept"],
    [
      'result: too big of workflow',
      "Cannot keep the result of workflow 'misuse' as it must be at most 8388608 bytes: it is 9000002",
    ],
    ['result: far too big of workflow', 'it is 12000002; store it elsewhere and return where'],
  ])('%s', async (how, sentence) => {
    const shown = await run(how);
    expect(shown).toMatchObject({ status: 'faulted', error: { code: 'misuse' } });
    expect(shown.error?.message).toContain(sentence);
  });

  it.each([
    [
      'http: bigint body',
      'Cannot send the body as it must be a JSON value or a string: it is of type bigint',
    ],
    ['http: NaN timeout', 'Cannot read duration'],
  ])('%s', async (how, sentence) => {
    const shown = await run(how);
    expect(shown).toMatchObject({ status: 'faulted', error: { code: 'request-invalid' } });
    expect(shown.error?.message).toContain(sentence);
    expect(shown.steps[0]?.attempts).toHaveLength(1);
  });
});

describe('whatever a step throws becomes an error with a text:', () => {
  it.each([
    ['throw: undefined', 'undefined'],
    ['throw: string', 'a text'],
    ['throw: bigint', '[object BigInt]'],
    ['throw: error without text', '42'],
  ])('%s', async (how, message) => {
    const shown = await run(how);
    expect(shown.error).toEqual({ code: 'error', name: 'Error', message, step: 'a' });
  });
});

describe('what a step returns', () => {
  it('may refer to itself, and is shown as far as it can be', async () => {
    const shown = await run('result: cyclic');
    expect(shown).toMatchObject({
      status: 'completed',
      output: { name: 'loop', self: '[the same as around it]' },
    });
  });

  it('may be small and 2^40 characters as JSON: it is kept, and shown as far as there is room', async () => {
    const shown = await run('result: laughs');
    expect(shown).toMatchObject({ status: 'completed', output: 1 });
    expect(JSON.stringify(shown.steps).length).toBeLessThan(2_000_000);
    expect(JSON.stringify(shown.steps)).toContain('[too large to show]');
  });

  it('keeps lone surrogates and null characters', async () => {
    expect((await run('result: surrogates')).output).toBe(true);
  });

  it('is a string in the status where it is a BigInt', async () => {
    expect((await run('result: bigint')).output).toBe('10');
  });
});

describe('steps in parallel', () => {
  it('may be 10 000', async () => {
    expect((await run('parallel: 10 000')).output).toBe(10_000);
  });

  it('may have one name, and are numbered in the order of their calls', async () => {
    const shown = await run('parallel: same names');
    expect(shown.output).toEqual([0, 1, 2, 3, 4]);
    expect(shown.steps.map(({ name }) => name)).toEqual(['same', 'same#2', 'same#3', 'same#4', 'same#5']);
  });

  it('are none where there are no items to map', async () => {
    expect(await run('map: empty')).toMatchObject({ status: 'completed', output: [], steps: [] });
  });

  it('that are not awaited end with the workflow and are not journaled', async () => {
    expect(await run('not awaited')).toMatchObject({ status: 'completed', output: 'end', steps: [] });
  });
});

describe('rollbacks', () => {
  it('run for an execution that has used up its steps', async () => {
    const shown = await run('steps: too many');
    expect(shown.error?.message).toBe("Cannot call step 'now' as an execution has at most 10000 steps");
    expect(rolledBack.get(shown.id)).toEqual(['undone']);
  });

  it('run for a step whose name is as long as a name may be', async () => {
    const { id } = await run('rollback: long name');
    expect(rolledBack.get(id)).toEqual(['long']);
  });

  it('run for each of the steps that an author names as the engine numbers them', async () => {
    const shown = await run('rollback: names with numbers');
    expect(rolledBack.get(shown.id)).toEqual(['a#2', 'second a', 'first a']);
    expect(new Set(shown.steps.map(({ name }) => name)).size).toBe(shown.steps.length);
  });
});

describe('an event that was sent', () => {
  it('is kept at the largest size of a request, however small its parts are', async () => {
    const id = await start('payment', { amount: 0 });
    await untilStatus(id, 'waiting');
    const many = `{"amount":1,"list":[${Array.from({ length: 340_000 }, () => '{}').join(',')}]}`;
    expect(many.length).toBeGreaterThan(1_000_000);
    const sent = await objectOf('payment').send({ id, eventId: 'e', type: 'paid', data: many });
    expect(sent.ok).toBe(true);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 1 });
  });
});

describe('a definition is refused', () => {
  const define = (options: object) => () =>
    defineWorkflow({ name: 'x', version: '1', input: z.unknown(), ...options }, async () => 1);

  it.each([
    [
      'a cron that never comes',
      { triggers: [schedule({ name: 's', cron: '0 0 30 2 *' })] },
      /schedule 's': Cannot read schedule as cron must be a time that comes: current value is "0 0 30 2 \*"/,
    ],
    [
      'two schedules of one name',
      { triggers: [schedule({ name: 's', every: '1h' }), schedule({ name: 's', every: '2h' })] },
      /two of its schedules have the same name: 's'/,
    ],
    [
      'an interval of no length',
      { triggers: [schedule({ name: 's', every: 0 })] },
      /every must be at least 1 second: current value is "0"/,
    ],
    ['no name', { name: undefined }, /its name must be lower-case letters, digits and hyphens/],
    ['a version that is a number', { version: 1 }, /its version must be letters, digits, dots/],
    [
      'a deadline that cannot be read',
      { limits: { deadline: 'soon' } },
      /limits.deadline: Cannot read duration/,
    ],
    [
      'no shards',
      { limits: { shards: 0 } },
      /limits.shards must be a whole number from 1 to 1024: current value is 0/,
    ],
  ])('for %s', (_what, options, sentence) => {
    expect(define(options)).toThrow(sentence);
  });
});
