// approval: asks somebody to decide, by a signed link that is good for one decision and for a time.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

/** Makes the workflow for one chat's incoming webhook. */
export function refund({ chatUrl }: { readonly chatUrl: string }) {
  return defineWorkflow(
    { name: 'refund', version: '1', input: z.object({ order: z.string(), cents: z.int() }) },
    async ({ data: { order, cents } }, step) => {
      const { decision, comment } = await step.approval('ask the team lead', {
        question: `Refund ${cents / 100} € for order ${order}?`,
        timeout: '3 days',
        notify: async ({ url, expiresAt }, { signal }) => {
          const body = JSON.stringify({ text: `Please decide by ${expiresAt.toISOString()}: ${url}` });
          const answer = await fetch(chatUrl, { method: 'POST', body, signal });
          if (!answer.ok) throw new Error(`the chat answered ${answer.status}`);
        },
      });
      return decision === 'approved' ? { refunded: cents } : { refunded: 0, why: comment };
    },
  );
}
