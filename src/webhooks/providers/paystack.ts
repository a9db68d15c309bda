import { defineProvider } from '../provider.ts';

/** Paystack: SHA-512. */
export const paystack = defineProvider({
  id: 'paystack',
  name: 'Paystack',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-512',
      signature: { at: ['{header:x-paystack-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.paystack',
    id: ['{json:event}-{json:data.id}'],
    dedupe: 'content',
    type: ['{json:event}'],
    subject: ['{json:data.reference}'],
  },
  links: [
    'https://paystack.com/docs/payments/webhooks/',
    'https://github.com/PaystackHQ/plugin-woocommerce/blob/HEAD/includes/class-wc-gateway-paystack.php',
  ],
  evidence: 'sdk',
});
