// sleep: waits; nothing runs and nothing is paid for meanwhile but a row.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

export const trialReminder = defineWorkflow(
  { name: 'trial-reminder', version: '1', input: z.object({ user: z.string() }) },
  async ({ data: { user } }, step) => {
    await step.sleep('let them try', '11 days');
    return step.do('remind', async () => `Your trial ends in 3 days, ${user}`);
  },
);
