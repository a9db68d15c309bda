import { defineProvider } from '../provider.ts';
import { standardWebhooks } from '../standard-webhooks.ts';

/** BigCommerce: a header of your own; newer apps are signed by Standard Webhooks. */
export const bigcommerce = defineProvider({
  id: 'bigcommerce',
  name: 'BigCommerce',
  schemes: [
    standardWebhooks('webhook'),
    {
      kind: 'static-token',
      at: ['{header:authorization}'],
      written: ['plain', 'bearer', 'basic'],
      ownHeader: true,
    },
  ],
  events: {
    prefix: 'com.bigcommerce',
    id: ['{header:webhook-id}', '{json:hash}'],
    dedupe: ['{json:hash}|{json:scope}|{json:created_at?}'],
    type: ['{json:scope}'],
    subject: ['{json:producer}'],
    time: { at: ['{json:created_at}'], unit: 's' },
  },
  timeBudgetSeconds: 10,
  links: ['https://developer.bigcommerce.com/docs/integrations/webhooks'],
  evidence: 'third-party',
});
