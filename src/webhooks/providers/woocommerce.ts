import { defineProvider } from '../provider.ts';

/** WooCommerce. Before its first event it posts a form, unsigned, with the number of the webhook. */
export const woocommerce = defineProvider({
  id: 'woocommerce',
  name: 'WooCommerce',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-wc-webhook-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      when: [{ at: '{form:webhook_id}' }, { at: '{header:x-wc-webhook-signature}', absent: true }],
      onlyFields: ['webhook_id'],
      answer: { status: 200 },
    },
  ],
  events: {
    prefix: 'com.woocommerce',
    id: ['{header:x-wc-webhook-delivery-id}'],
    type: ['{header:x-wc-webhook-topic}'],
    subject: ['{json:id}'],
  },
  timeBudgetSeconds: 5,
  links: [
    'https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/',
    'https://github.com/woocommerce/woocommerce-rest-api-docs/blob/HEAD/source/includes/v3/_webhooks.md',
  ],
  evidence: 'docs',
});
