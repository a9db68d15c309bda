import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const etsy = defineProvider({
  id: 'etsy',
  name: 'Etsy',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'com.etsy', id: ['{header:webhook-id}'], type: ['{json:type}', '{json:event_type}'] },
  rotation: standardRotation,
  links: ['https://developers.etsy.com/documentation/tutorials/webhooks'],
  evidence: 'third-party',
});
