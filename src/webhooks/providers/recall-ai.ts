import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const recallAi = defineProvider({
  id: 'recall-ai',
  name: 'Recall.ai',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'ai.recall', id: ['{header:webhook-id}'], type: ['{json:event}'] },
  rotation: standardRotation,
  links: ['https://docs.recall.ai/docs/authenticating-requests-from-recallai'],
  evidence: 'third-party',
});
