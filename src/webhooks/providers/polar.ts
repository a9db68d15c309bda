import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks, with the secret used as it is instead of decoded. */
export const polar = defineProvider({
  id: 'polar',
  name: 'Polar',
  schemes: [standardWebhooks('webhook', 'utf8')],
  events: {
    prefix: 'sh.polar',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
  },
  rotation: standardRotation,
  links: [
    'https://polar.sh/docs/integrate/webhooks/delivery',
    'https://github.com/polarsource/polar/blob/HEAD/server/polar/webhook/tasks.py',
  ],
  evidence: 'sdk',
});
