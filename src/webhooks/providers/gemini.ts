import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const gemini = defineProvider({
  id: 'gemini',
  name: 'Google Gemini API (static mode)',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'com.google.gemini', id: ['{header:webhook-id}'], type: ['{json:type}'] },
  rotation: standardRotation,
  links: [
    'https://ai.google.dev/gemini-api/docs/webhooks',
    'https://github.com/google-gemini/cookbook/blob/HEAD/quickstarts/Webhooks.ipynb',
  ],
  evidence: 'sdk',
});
