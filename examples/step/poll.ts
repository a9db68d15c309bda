// poll: asks a slow peer again and again until it is done.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

/** Makes the workflow for one search index. */
export function reindex({ indexUrl }: { readonly indexUrl: string }) {
  return defineWorkflow(
    { name: 'reindex', version: '1', input: z.object({ documents: z.int() }) },
    async ({ data: { documents } }, step) => {
      const { body } = await step.poll('wait until indexed', {
        request: { url: `${indexUrl}/progress`, response: z.object({ count: z.int() }) },
        interval: '10 seconds',
        backoff: 'exponential',
        maxInterval: '5 minutes',
        deadline: '6 hours',
        until: (answer) => answer.body.count >= documents,
      });
      return { indexed: body.count };
    },
  );
}
