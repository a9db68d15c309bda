import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks, under either family of headers. */
export const recallAi = defineProvider({
  id: 'recall-ai',
  name: 'Recall.ai',
  schemes: [standardWebhooks('webhook'), standardWebhooks('svix')],
  events: { prefix: 'ai.recall', id: ['{header:webhook-id}', '{header:svix-id}'], type: ['{json:event}'] },
  rotation: standardRotation,
  links: [
    'https://docs.recall.ai/docs/authenticating-requests-from-recallai',
    'https://github.com/recallai/sample-apps/blob/HEAD/verify_requests_from_recall/src/verify_request_from_recall.ts',
  ],
  evidence: 'sdk',
});
