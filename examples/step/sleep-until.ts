// sleepUntil: waits for a moment; one that has passed is no wait.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

export const launchDay = defineWorkflow(
  { name: 'launch-day', version: '1', input: z.object({ product: z.string(), opensAt: z.iso.datetime() }) },
  async ({ data: { product, opensAt } }, step) => {
    await step.sleepUntil('doors open', new Date(opensAt));
    return step.do('announce', async () => `${product} is on sale`);
  },
);
