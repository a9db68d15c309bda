// alert-escalation: pages who is on call, one after the other, until somebody acknowledges the alert.
import * as z from 'zod';
import { defineWorkflow, type Step, StepFault } from '../src/engine/index.ts';

const alertSchema = z.object({ alert: z.string(), onCall: z.array(z.string()).min(1) });

/** Makes the workflow for one paging service. Whoever acknowledges sends `alert.acknowledged` with `{ by }` to the execution. */
export function alertEscalation({ pagerUrl }: { readonly pagerUrl: string }) {
  const page = (step: Step, who: string, text: string) =>
    step.http(`page ${who}`, { method: 'POST', url: `${pagerUrl}/pages`, body: { to: who, text } });
  return defineWorkflow(
    {
      name: 'alert-escalation',
      version: '1',
      input: alertSchema,
      onFailure: async (_event, error, step) => {
        await page(step, 'everybody', error.message);
      },
    },
    async ({ data: { alert, onCall } }, step) => {
      for (const [at, who] of onCall.entries()) {
        await page(step, who, alert);
        const by = await acknowledged(step, `wait for ${who}`);
        if (by !== undefined) return { by, paged: at + 1 };
      }
      throw new Error(`nobody has acknowledged ${alert}`);
    },
  );
}

/** Who acknowledged within five minutes: the one who was paged last, or one before. */
async function acknowledged(step: Step, name: string): Promise<string | undefined> {
  try {
    const { payload } = await step.waitForEvent<{ by: string }>(name, {
      type: 'alert.acknowledged',
      timeout: '5 minutes',
    });
    return payload.by;
  } catch (error) {
    if (error instanceof StepFault && error.code === 'event-timeout') return undefined;
    throw error;
  }
}
