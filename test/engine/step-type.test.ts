// A workflow written for Cloudflare Workflows runs here as it is: its types fit, which `tsc` checks, and so does what it does.
import { reset } from 'cloudflare:test';
import type {
  WorkflowEvent as CloudflareEvent,
  WorkflowStep as CloudflareStep,
  WorkflowStepConfig,
  WorkflowStepContext,
  WorkflowStepEvent,
} from 'cloudflare:workers';
import { NonRetryableError as CloudflareNonRetryableError } from 'cloudflare:workflows';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type {
  RollbackContext,
  Step,
  StepConfig,
  StepContext,
  StepEvent,
  WorkflowEvent,
} from '../../src/engine/index.ts';
import { toldDelays } from './cloudflare-workflow.ts';
import { objectOf, passTime, start, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { until } from '../until.ts';

describe('the types', () => {
  it('let a step of ours stand where Cloudflare’s is asked for', () => {
    expectTypeOf<Step>().toExtend<CloudflareStep>();
    expectTypeOf<Step['do']>().toExtend<CloudflareStep['do']>();
    expectTypeOf<Step['sleep']>().toExtend<CloudflareStep['sleep']>();
    expectTypeOf<Step['sleepUntil']>().toExtend<CloudflareStep['sleepUntil']>();
    expectTypeOf<Step['waitForEvent']>().toExtend<CloudflareStep['waitForEvent']>();
    // Without the vitest type: plain assignment, which is what an author's code does.
    const give = (step: Step): CloudflareStep => step;
    expect(give).toBeTypeOf('function');
  });

  it('let an event, a context and a wait’s event of ours stand for Cloudflare’s, and a config of theirs for ours', () => {
    expectTypeOf<WorkflowEvent<{ order: string }>>().toExtend<CloudflareEvent<{ order: string }>>();
    expectTypeOf<StepContext>().toExtend<WorkflowStepContext>();
    expectTypeOf<StepEvent<{ paid: boolean }>>().toExtend<WorkflowStepEvent<{ paid: boolean }>>();
    expectTypeOf<Pick<RollbackContext<string>, 'error' | 'output' | 'stepName'>>().toExtend<{
      error: Error;
      output: string | undefined;
      stepName: string;
    }>();
    const config = (theirs: WorkflowStepConfig): StepConfig => theirs;
    expect(config).toBeTypeOf('function');
  });

  it('do not let a step without one of Cloudflare’s methods pass: the check can fail', () => {
    // @ts-expect-error -- what Cloudflare's code calls is not there
    const lacking = (step: Omit<Step, 'sleepUntil'>): CloudflareStep => step;
    // @ts-expect-error -- it answers with something else
    const wrong = (step: Omit<Step, 'sleep'> & { sleep: () => number }): CloudflareStep => step;
    expect([lacking, wrong]).toHaveLength(2);
  });
});

describe('a function written for Cloudflare Workflows', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(async () => {
    vi.useRealTimers();
    await reset();
  });

  it('runs as it is, from its event to its result', async () => {
    const id = await start('cloudflare-order', { order: 'o-1', fail: false });
    const untilSteps = (count: number) =>
      until(async () => expect((await untilStatus(id, 'waiting')).steps).toHaveLength(count));
    await untilSteps(2);
    await passTime('cloudflare-order', 1_000);
    await untilSteps(3);
    await passTime('cloudflare-order', 60_000);
    await untilSteps(5);
    const sent = { id, eventId: 'e-1', type: 'paid', data: '{"amount":12}' };
    expect((await objectOf('cloudflare-order').send(sent)).ok).toBe(true);
    expect(await untilFinal(id)).toMatchObject({
      status: 'completed',
      output: {
        order: 'o-1',
        instance: id,
        workflow: 'cloudflare-order',
        accepted: true,
        attempt: 2,
        amount: 12,
        paidAt: true,
        config: { retries: { limit: 2, delay: 1000, backoff: 'exponential' }, timeout: 900_000 },
      },
    });
  });

  it('is told in its delay function what Cloudflare tells it', async () => {
    toldDelays.length = 0;
    const id = await start('cloudflare-order', { order: 'o-3', fail: false });
    await untilStatus(id, 'waiting');
    expect(toldDelays).toEqual([{ attempt: 1, limit: 3, backoff: 'linear', error: 'not yet' }]);
  });

  it('is not tried again for Cloudflare’s own NonRetryableError, and is rolled back by its own options', async () => {
    const id = await start('cloudflare-order', { order: 'o-2', fail: true });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({
      status: 'faulted',
      error: { code: 'non-retryable', message: 'the order is not to be had', step: 'refuse' },
    });
    expect(shown.steps.map(({ name, status }) => [name, status])).toEqual([
      ['reserve', 'completed'],
      ['refuse', 'faulted'],
      ['rollback reserve', 'completed'],
    ]);
    expect(new CloudflareNonRetryableError('x').name).toBe('NonRetryableError');
  });
});
