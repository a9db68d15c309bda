import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const dodoPayments = defineProvider({
  id: 'dodo-payments',
  name: 'Dodo Payments',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.dodopayments',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  rotation: standardRotation,
  links: [
    'https://docs.dodopayments.com/developer-resources/webhooks',
    'https://github.com/dodopayments/dodopayments-typescript/blob/HEAD/src/resources/webhooks/webhooks.ts',
  ],
  evidence: 'sdk',
});
