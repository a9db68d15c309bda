import { defineProvider } from '../provider.ts';

/** Razorpay. */
export const razorpay = defineProvider({
  id: 'razorpay',
  name: 'Razorpay',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-razorpay-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.razorpay',
    id: ['{header:x-razorpay-event-id}'],
    type: ['{json:event}'],
    subject: ['{json:account_id}'],
    time: { at: ['{json:created_at}'], unit: 's' },
  },
  timeBudgetSeconds: 5,
  links: ['https://razorpay.com/docs/webhooks/validate-test/'],
  evidence: 'vector',
});
