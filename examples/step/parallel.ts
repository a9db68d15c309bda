// Parallel steps: Promise.all, allSettled, any and race do what a JavaScript author expects, on every replay alike.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

export const dashboard = defineWorkflow(
  { name: 'dashboard', version: '1', input: z.object({ team: z.string() }) },
  async ({ data: { team } }, step) => {
    const [open, closed] = await Promise.all([
      step.do('count open', async () => 3),
      step.do('count closed', async () => 4),
    ]);
    const fastest = await Promise.race([
      step.do('from the cache', async () => 'cache'),
      step.sleep('from the archive', '1 hour').then(() => 'archive'),
    ]);
    return { team, open, closed, fastest };
  },
);
