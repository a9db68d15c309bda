import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks, standardWebhooksAsymmetric } from '../standard-webhooks.ts';

/** Any sender that follows the Standard Webhooks specification. */
export const standardwebhooks = defineProvider({
  id: 'standardwebhooks',
  name: 'Standard Webhooks (generic)',
  schemes: [standardWebhooks('webhook'), standardWebhooksAsymmetric('webhook')],
  events: {
    prefix: 'com.standardwebhooks',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  rotation: standardRotation,
  links: ['https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md'],
  evidence: 'vector',
});
