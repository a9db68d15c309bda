// Rollback: how a step is undone where its execution does not end well.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

/** Makes the workflow for one warehouse's API. */
export function reservation({ warehouseUrl }: { readonly warehouseUrl: string }) {
  return defineWorkflow(
    {
      name: 'reservation',
      version: '1',
      input: z.object({ item: z.string().regex(/^[a-z0-9-]+$/), paid: z.boolean() }),
    },
    async ({ data: { item, paid } }, step) => {
      await step.do(
        'reserve',
        async ({ idempotencyKey, signal }) => {
          const headers = { 'Idempotency-Key': idempotencyKey };
          const answer = await fetch(`${warehouseUrl}/${item}`, { method: 'PUT', headers, signal });
          if (!answer.ok) throw new Error(`the warehouse answered ${answer.status}`);
          return item;
        },
        {
          rollback: async ({ output, ctx }) => {
            // Without an output the step did not complete; what it asked for may have been done all the same.
            const { signal } = ctx;
            const answer = await fetch(`${warehouseUrl}/${output ?? item}`, { method: 'DELETE', signal });
            if (!answer.ok && answer.status !== 404)
              throw new Error(`the warehouse answered ${answer.status}`);
          },
          rollbackConfig: { retries: { limit: 10, delay: '10 seconds' } },
        },
      );
      await step.do('take payment', { retries: { limit: 0, delay: 0 } }, async () => {
        if (!paid) throw new Error('the card is declined');
      });
      return { reserved: item };
    },
  );
}
