import { defineProvider } from '../provider.ts';

/** Customer.io reporting webhooks. */
export const customerIo = defineProvider({
  id: 'customer-io',
  name: 'Customer.io reporting',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-cio-signature}'], encoding: 'hex' },
      signed: 'v0:{timestamp}:{body}',
      timestamp: { at: '{header:x-cio-timestamp}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'io.customer',
    id: ['{json:event_id}'],
    type: ['{json:object_type}.{json:metric}'],
    subject: ['{json:data.customer_id}'],
    time: { at: ['{json:timestamp}'], unit: 's' },
  },
  timeBudgetSeconds: 4,
  links: ['https://docs.customer.io/messaging/webhooks/', 'https://docs.customer.io/api/webhooks/'],
  evidence: 'third-party',
});
