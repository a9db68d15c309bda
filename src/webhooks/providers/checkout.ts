import { defineProvider } from '../provider.ts';

/** Checkout.com. */
export const checkout = defineProvider({
  id: 'checkout',
  name: 'Checkout.com',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:cko-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.checkout',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:created_on}'], unit: 'iso' },
  },
  links: [
    'https://www.checkout.com/docs/developer-resources/webhooks',
    'https://github.com/checkout/checkout-woocommerce-plugin/blob/HEAD/includes/api/class-wc-checkoutcom-utility.php',
  ],
  evidence: 'sdk',
});
