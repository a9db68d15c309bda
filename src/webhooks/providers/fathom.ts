import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks: its SDK verifies by Svix's library (fathom-typescript, `Fathom.verifyWebhook`). */
export const fathom = defineProvider({
  id: 'fathom',
  name: 'Fathom',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'video.fathom',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    typeDefault: 'meeting',
  },
  rotation: standardRotation,
  links: ['https://developers.fathom.ai/webhooks'],
  evidence: 'sdk',
});
