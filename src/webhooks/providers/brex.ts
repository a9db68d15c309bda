import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const brex = defineProvider({
  id: 'brex',
  name: 'Brex',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'com.brex', id: ['{header:webhook-id}'], type: ['{json:event_type}'] },
  rotation: standardRotation,
  links: ['https://developer.brex.com/docs/webhooks/'],
  evidence: 'third-party',
});
