// emit: sends an event to every workflow of the deployment that has a trigger on its type.
import * as z from 'zod';
import { defineWorkflow, event } from '../../src/engine/index.ts';

const shippedSchema = z.object({ order: z.string() });

export const shipping = defineWorkflow(
  { name: 'shipping', version: '1', input: shippedSchema },
  async ({ data: { order } }, step) => {
    const started = await step.emit('tell the others', {
      type: 'com.example.order.shipped',
      subject: order,
      data: { order },
    });
    return { started };
  },
);

export const reviewRequest = defineWorkflow(
  { name: 'review-request', version: '1', input: shippedSchema, triggers: [event('com.example.order.*')] },
  async ({ data: { order } }, step) => {
    await step.sleep('let it arrive', '5 days');
    return `Did you like order ${order}?`;
  },
);
