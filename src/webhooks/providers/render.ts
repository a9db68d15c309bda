import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const render = defineProvider({
  id: 'render',
  name: 'Render',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.render',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    subject: ['{json:data.serviceId}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  rotation: standardRotation,
  links: [
    'https://render.com/docs/webhooks',
    'https://github.com/render-examples/webhook-github-action/blob/HEAD/app.ts',
  ],
  evidence: 'sdk',
});
