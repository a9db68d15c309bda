// A chain of executions, each started by a step of the one before, comes to an end.
import { evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { objectOf, start, statusOf, untilFinal } from '../durable-objects/object.ts';
import { until } from '../until.ts';

afterEach(reset);

const levels = limit.chainDepthMax;

async function listed(workflow: string) {
  return objectOf(workflow).list({ max: 100 });
}

describe('executions that invoke one another', () => {
  it('may be as deep as the limit', async () => {
    expect(await untilFinal(await start('nesting', { levels }))).toMatchObject({
      status: 'completed',
      output: levels,
    });
    expect(await listed('nesting')).toHaveLength(levels + 1);
  });

  it('are refused past it, in a sentence that names the step, the workflow and the execution', async () => {
    const shown = await untilFinal(await start('nesting', { levels: levels + 1 }));
    const [deepest] = await listed('nesting');
    const sentence = `Cannot invoke 'nesting' in step 'deeper' as executions may start one another at most 16 deep, and ${deepest?.id} lies as deep: does it start itself again and again?`;
    expect(await statusOf(deepest?.id ?? '')).toMatchObject({
      status: 'faulted',
      error: { code: 'misuse', step: 'deeper', message: sentence },
    });
    // Each one that waited for it was told, up to the first.
    expect(shown).toMatchObject({
      status: 'faulted',
      error: { code: 'child-faulted', message: expect.stringContaining('Execution nesting.0.') },
    });
    expect(await listed('nesting')).toHaveLength(levels + 1);
  });

  it('come to an end where a workflow invokes itself for ever', async () => {
    expect(await untilFinal(await start('nesting', {}))).toMatchObject({ status: 'faulted' });
    expect(await listed('nesting')).toHaveLength(levels + 1);
  });
});

describe('executions that emit what others are started by', () => {
  it('come to an end where a workflow triggers itself', async () => {
    await start('echoing');
    const all = await until(async () => {
      const executions = await listed('echoing');
      expect(executions.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
      expect(executions).toHaveLength(levels + 1);
      return executions;
    });
    expect(all.map(({ status }) => status)).toEqual([
      'faulted',
      ...Array.from({ length: levels }, () => 'completed'),
    ]);
    expect((await statusOf(all[0]?.id ?? '')).error).toMatchObject({
      code: 'misuse',
      step: 'again',
      message: expect.stringContaining(
        "Cannot emit 'com.example.echo' in step 'again' as executions may start",
      ),
    });
  });

  it('are counted with those that invoke, also after an eviction', async () => {
    const outcomeOf = async (deep: number) => {
      await untilFinal(await start('relaying', { levels: deep }));
      await evictDurableObject(objectOf('nesting'));
      const [relayed] = await until(async () => {
        const executions = await listed('relayed');
        expect(executions[0]?.endedAt).toBeDefined();
        return executions;
      });
      await reset();
      return relayed?.status;
    };
    // Two links before the first that invokes itself.
    expect([await outcomeOf(levels - 2), await outcomeOf(levels - 1)]).toEqual(['completed', 'faulted']);
  });
});
