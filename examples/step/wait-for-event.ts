// waitForEvent: waits for an event that somebody sends to this execution.
import * as z from 'zod';
import { defineWorkflow, StepFault } from '../../src/engine/index.ts';

export const bankTransfer = defineWorkflow(
  { name: 'bank-transfer', version: '1', input: z.object({ cents: z.int() }) },
  async ({ data }, step) => {
    try {
      const paid = await step.waitForEvent<{ cents: number }>('money arrives', {
        type: 'transfer.received',
        timeout: '14 days',
        match: ({ cents }) => cents >= data.cents,
      });
      return { paid: paid.payload.cents, at: paid.timestamp };
    } catch (error) {
      if (error instanceof StepFault && error.code === 'event-timeout') return { paid: 0 };
      throw error;
    }
  },
);
