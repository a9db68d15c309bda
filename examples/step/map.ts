// map: calls steps for each item of a list, a few items at a time.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

const inputSchema = z.object({ images: z.array(z.string()), broken: z.string().optional() });

export const thumbnails = defineWorkflow(
  { name: 'thumbnails', version: '1', input: inputSchema },
  async ({ data: { images, broken } }, step) => {
    const made = await step.map(
      images,
      // Name a step by its item: the list may change its order in a later version, the items keep their names.
      async (image) =>
        step.do(`shrink ${image}`, { retries: { limit: 1, delay: '1 second' } }, async () => {
          if (image === broken) throw new Error(`${image} is no image`);
          return `${image}.small`;
        }),
      { concurrency: 3, onFailure: 'settled' },
    );
    return {
      made: made.filter((one) => one.status === 'fulfilled').map(({ value }) => value),
      failed: made.filter((one) => one.status === 'rejected').length,
    };
  },
);
