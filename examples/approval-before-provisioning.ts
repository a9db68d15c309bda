// approval-before-provisioning: a database is asked for; it is made once somebody has approved, and handed over once it is up.
import * as z from 'zod';
import { bearer, defineWorkflow, url } from '../src/engine/index.ts';

const requestSchema = z.object({ database: z.string(), replicas: z.int().min(1), requester: z.email() });

export interface ProvisioningOptions {
  /** Base URLs, without a slash at their ends. */
  readonly cloudUrl: string;
  readonly chatUrl: string;
}

/** Makes the workflow for one cloud and one chat. */
export function approvalBeforeProvisioning({ cloudUrl, chatUrl }: ProvisioningOptions) {
  const headers = { Authorization: bearer('CRM_TOKEN') };
  return defineWorkflow(
    { name: 'approval-before-provisioning', version: '1', input: requestSchema, secrets: ['CRM_TOKEN'] },
    async ({ data: { database, replicas, requester } }, step) => {
      const { decision, comment } = await step.approval('ask the platform team', {
        question: `${requester} wants database ${database} with ${replicas} replicas`,
        timeout: '2 days',
        notify: async (link, { signal }) => {
          const answer = await fetch(chatUrl, {
            method: 'POST',
            body: JSON.stringify({ decide: link.url }),
            signal,
          });
          if (!answer.ok) throw new Error(`the chat answered ${answer.status}`);
        },
      });
      if (decision === 'rejected') return { made: false, why: comment ?? 'no reason given' };

      await step.http('create database', {
        method: 'POST',
        url: `${cloudUrl}/databases`,
        headers,
        body: { database, replicas },
      });
      await step.poll('wait until it is up', {
        request: {
          url: url`${new URL(cloudUrl)}/replicas/${database}`,
          headers,
          response: z.object({ count: z.int() }),
        },
        interval: '15 seconds',
        deadline: '30 minutes',
        until: ({ body }) => body.count >= replicas,
      });
      return { made: true, database };
    },
  );
}
