// do: runs a callback, keeps what it returns, and never runs it again once it is kept.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

const inputSchema = z.object({
  order: z.string(),
  lines: z.array(z.object({ quantity: z.int(), cents: z.int() })),
});

export const invoice = defineWorkflow(
  { name: 'invoice', version: '1', input: inputSchema },
  async ({ data }, step) => {
    const total = await step.do('add up', async () =>
      data.lines.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0),
    );
    // The key is the same for every attempt: whoever gets it can tell a second attempt from a second invoice.
    const number = await step.do(
      'number it',
      async ({ idempotencyKey }) => `${data.order}/${idempotencyKey}`,
    );
    return { number, total };
  },
);
