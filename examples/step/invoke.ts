// invoke: starts another workflow of the deployment and waits for its result.
import * as z from 'zod';
import { defineWorkflow, NonRetryableError, StepFault } from '../../src/engine/index.ts';

export const creditCheck = defineWorkflow(
  { name: 'credit-check', version: '1', input: z.object({ customer: z.string(), cents: z.int() }) },
  async ({ data: { cents } }, step) =>
    step.do('score', async () => {
      if (cents > 100_000) throw new NonRetryableError('too much to decide without a human');
      return { score: 100 - Math.floor(cents / 1_000) };
    }),
);

export const largeOrder = defineWorkflow(
  { name: 'large-order', version: '1', input: z.object({ customer: z.string(), cents: z.int() }) },
  async ({ data }, step) => {
    try {
      const { score } = await step.invoke<{ score: number }>('check credit', {
        workflow: 'credit-check',
        input: data,
      });
      return { accepted: score >= 50 };
    } catch (error) {
      if (error instanceof StepFault && error.code === 'child-faulted') return { accepted: false };
      throw error;
    }
  },
);
