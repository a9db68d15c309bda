// cart-recovery: a cart is left behind; two mails follow, unless an order is placed before. The shop starts an execution for each
// cart (`POST /v1/workflows/cart-recovery/executions`) and sends `order.placed` to it when there is one.
import * as z from 'zod';
import { defineWorkflow, type Step, StepFault } from '../src/engine/index.ts';

const cartSchema = z.object({ cart: z.string(), email: z.email() });

/** Makes the workflow for one mail service. Its output says which mail the order followed. */
export function cartRecovery({ mailUrl }: { readonly mailUrl: string }) {
  return defineWorkflow(
    { name: 'cart-recovery', version: '1', input: cartSchema, limits: { deadline: '5 days' } },
    async ({ data: { cart, email } }, step) => {
      const mail = (template: string) =>
        step.http(`mail ${template}`, {
          method: 'POST',
          url: `${mailUrl}/messages`,
          body: { to: email, template, cart },
        });

      if (await ordered(step, 'within the hour', '1 hour')) return { recovered: true, mails: 0 };
      await mail('reminder');
      if (await ordered(step, 'after the reminder', '1 day')) return { recovered: true, mails: 1 };
      await mail('coupon');
      return { recovered: await ordered(step, 'after the coupon', '2 days'), mails: 2 };
    },
  );
}

/** Whether an order is placed in time. */
async function ordered(step: Step, name: string, timeout: string): Promise<boolean> {
  try {
    await step.waitForEvent(name, { type: 'order.placed', timeout });
    return true;
  } catch (error) {
    if (error instanceof StepFault && error.code === 'event-timeout') return false;
    throw error;
  }
}
