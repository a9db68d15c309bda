import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const lithic = defineProvider({
  id: 'lithic',
  name: 'Lithic',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'com.lithic', id: ['{header:webhook-id}'], type: ['{json:type}', '{json:event_type}'] },
  rotation: standardRotation,
  links: [
    'https://docs.lithic.com/docs/events-api',
    'https://github.com/lithic-com/lithic-node/blob/HEAD/src/resources/webhooks.ts',
  ],
  evidence: 'sdk',
});
