import { defineProvider } from '../provider.ts';
import { standardWebhooks } from '../standard-webhooks.ts';

/**
 * BigCommerce signs by Standard Webhooks, with the app's client secret as it is instead of decoded; or shows a header of your own.
 */
export const bigcommerce = defineProvider({
  id: 'bigcommerce',
  name: 'BigCommerce',
  schemes: [
    standardWebhooks('webhook', 'utf8'),
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
  links: [
    'https://developer.bigcommerce.com/docs/integrations/webhooks',
    'https://github.com/bigcommerce/docs/blob/HEAD/docs/integrations/webhooks/https-webhook-overview.mdx',
  ],
  evidence: 'docs',
});
