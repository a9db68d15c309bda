// Retries: which failures are tried again, how often and when; and how a step fails for good.
import * as z from 'zod';
import { defineWorkflow, NonRetryableError } from '../../src/engine/index.ts';

/** Makes the workflow for a service that converts currencies. */
export function exchangeRate({ ratesUrl }: { readonly ratesUrl: string }) {
  return defineWorkflow(
    { name: 'exchange-rate', version: '1', input: z.object({ currency: z.string().regex(/^[A-Z]{3}$/) }) },
    async ({ data: { currency } }, step) =>
      step.do(
        'look up',
        {
          retries: {
            limit: 4,
            delay: '10 seconds',
            backoff: 'exponential',
            maxDelay: '1 minute',
            jitter: 'full',
            maxElapsed: '5 minutes',
          },
          timeout: '20 seconds',
        },
        async ({ signal, attempt }) => {
          // The signal aborts at the timeout, and when the execution is cancelled.
          const answer = await fetch(`${ratesUrl}/${currency}`, { signal });
          if (answer.status === 404) throw new NonRetryableError(`there is no currency ${currency}`);
          if (!answer.ok) throw new Error(`attempt ${attempt} was answered ${answer.status}`);
          return { attempt };
        },
      ),
  );
}
