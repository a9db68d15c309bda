import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const folk = defineProvider({
  id: 'folk',
  name: 'Folk',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'app.folk', id: ['{header:webhook-id}'], type: ['{json:type}'] },
  rotation: standardRotation,
  links: ['https://developer.folk.app/webhooks'],
  evidence: 'third-party',
});
