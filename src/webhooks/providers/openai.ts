import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const openai = defineProvider({
  id: 'openai',
  name: 'OpenAI',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.openai',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:created_at}'], unit: 's' },
  },
  rotation: standardRotation,
  links: ['https://platform.openai.com/docs/guides/webhooks'],
  evidence: 'vector',
});
