import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const loops = defineProvider({
  id: 'loops',
  name: 'Loops',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'so.loops', id: ['{header:webhook-id}'], type: ['{json:eventName}'] },
  rotation: standardRotation,
  links: ['https://loops.so/docs/webhooks'],
  evidence: 'third-party',
});
