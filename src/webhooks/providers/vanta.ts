import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks under the headers of Svix. */
export const vanta = defineProvider({
  id: 'vanta',
  name: 'Vanta',
  schemes: [standardWebhooks('svix')],
  events: { prefix: 'com.vanta', id: ['{header:svix-id}'], type: ['{json:type}'] },
  timeBudgetSeconds: 15,
  rotation: standardRotation,
  links: ['https://developer.vanta.com/docs/webhooks'],
  evidence: 'docs',
});
