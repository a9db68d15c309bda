import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const replicate = defineProvider({
  id: 'replicate',
  name: 'Replicate',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.replicate',
    id: ['{header:webhook-id}'],
    type: ['prediction.{json:status}'],
    subject: ['{json:id}'],
  },
  rotation: standardRotation,
  links: ['https://replicate.com/docs/topics/webhooks'],
  evidence: 'sdk',
});
