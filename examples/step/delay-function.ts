// Retries, by a delay function: each wait as the author wants it.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

const scheduleOfWaits = ['1 minute', '10 minutes', '1 hour'] as const;

export const patientImport = defineWorkflow(
  { name: 'patient-import', version: '1', input: z.object({ readyAfter: z.int() }) },
  async ({ data }, step) =>
    step.do(
      'import',
      { retries: { limit: 3, delay: ({ ctx }) => scheduleOfWaits[ctx.attempt - 1] ?? '1 hour' } },
      async ({ attempt }) => {
        if (attempt <= data.readyAfter) throw new Error('the file is not there yet');
        return attempt;
      },
    ),
);
