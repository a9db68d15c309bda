// http: one request to a peer, with retries, secrets by name, and an answer that fits a schema.
import * as z from 'zod';
import { bearer, defineWorkflow, StepFault } from '../../src/engine/index.ts';

/** Makes the workflow for one CRM's API. */
export function customerSync({ crmUrl }: { readonly crmUrl: string }) {
  return defineWorkflow(
    {
      name: 'customer-sync',
      version: '1',
      input: z.object({ email: z.email() }),
      secrets: ['CRM_TOKEN'],
    },
    async ({ data: { email } }, step) => {
      try {
        const { status, body } = await step.http('create customer', {
          method: 'POST',
          url: `${crmUrl}/customers`,
          headers: { Authorization: bearer('CRM_TOKEN') },
          body: { email },
          expect: [200, 201],
          response: z.object({ name: z.string() }),
          timeout: '10 seconds',
          retries: { limit: 3, delay: '2 seconds' },
        });
        return { status, name: body.name };
      } catch (error) {
        // 409 is the CRM's word for a customer that it has.
        if (error instanceof StepFault && error.httpStatus === 409) return { status: 409, name: email };
        throw error;
      }
    },
  );
}
