// A definition with everything that bounds an execution's life: what starts it, how long it may take, what follows, what is kept.
import * as z from 'zod';
import { defineWorkflow, event, schedule } from '../src/engine/index.ts';

/** Makes the workflow; `callbackUrl` is told of each end. */
export function orderLife({ callbackUrl }: { readonly callbackUrl: string }) {
  return defineWorkflow(
    {
      name: 'order-life',
      version: '2026-11-21',
      triggers: [
        event('com.example.order.placed'),
        schedule({ name: 'nightly', cron: '30 2 * * *', timeZone: 'Europe/Berlin', misfire: 'once' }),
        schedule({ name: 'hourly', every: '1 hour', misfire: 'skip', input: { order: 'all' } }),
      ],
      input: z.object({ order: z.string().default('none') }),
      limits: {
        shards: 1,
        deadline: '2 days',
        retain: { completed: '7 days', faulted: '90 days', cancelled: '1 day' },
        rate: { limit: 100, windowSeconds: 60 },
      },
      onFailure: async ({ data }, error, step) => {
        await step.do('tell the owner', async () => `${JSON.stringify(data)}: ${error.message}`);
      },
      callback: { url: callbackUrl, secret: 'CALLBACK_SECRET' },
    },
    async ({ data: { order } }, step) => {
      await step.waitForEvent('packed', { type: 'order.packed', timeout: '3 days' });
      return { order };
    },
  );
}
