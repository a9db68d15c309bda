// A workflow as an author has it for Cloudflare Workflows: it imports nothing of this project. Only the last lines make it ours.
import type { WorkflowDynamicDelayContext, WorkflowEvent, WorkflowStep } from 'cloudflare:workers';
import { NonRetryableError } from 'cloudflare:workflows';
import { z } from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

interface Order {
  readonly order: string;
  readonly fail: boolean;
}

/** What the delay function was told. */
export const toldDelays: unknown[] = [];

async function run(event: Readonly<WorkflowEvent<Order>>, step: WorkflowStep): Promise<unknown> {
  const { order, fail } = event.payload;
  const config = await step.do(
    'reserve',
    { retries: { limit: 2, delay: '1 second', backoff: 'exponential' }, timeout: '15 minutes' },
    async (ctx) => ({ retries: { ...ctx.config.retries }, timeout: ctx.config.timeout }),
    {
      rollback: async ({ output, ctx }) => {
        if (output === undefined || ctx.step.name !== 'reserve') throw new Error('nothing to roll back');
      },
      rollbackConfig: { retries: { limit: 1, delay: '1 second' }, timeout: '1 minute' },
    },
  );
  if (fail) {
    await step.do('refuse', async () => {
      throw new NonRetryableError('the order is not to be had');
    });
  }
  const delay = ({ ctx, error }: WorkflowDynamicDelayContext) => {
    const { limit, backoff } = ctx.config.retries ?? {};
    toldDelays.push({ attempt: ctx.attempt, limit, backoff, error: error.message });
    return 1;
  };
  const attempt = await step.do('flaky', { retries: { limit: 3, delay, backoff: 'linear' } }, async (ctx) => {
    if (ctx.attempt === 1) throw new Error('not yet');
    return ctx.attempt;
  });
  await step.sleep('settle', '1 minute');
  await step.sleepUntil('a moment that has passed', new Date(0));
  const paid = await step.waitForEvent<{ amount: number }>('paid', { type: 'paid', timeout: '1 day' });
  return {
    order,
    config,
    attempt,
    instance: event.instanceId,
    workflow: event.workflowName,
    accepted: event.timestamp instanceof Date,
    amount: paid.payload.amount,
    paidAt: paid.timestamp instanceof Date,
  };
}

export const cloudflareOrder = defineWorkflow(
  {
    name: 'cloudflare-order',
    version: '1',
    input: z.object({ order: z.string(), fail: z.boolean() }),
  },
  run,
);
