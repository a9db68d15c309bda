import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const increase = defineProvider({
  id: 'increase',
  name: 'Increase',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.increase',
    id: ['{header:webhook-id}'],
    type: ['{json:category}'],
    subject: ['{json:associated_object_id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  rotation: standardRotation,
  links: [
    'https://increase.com/documentation/webhooks',
    'https://github.com/Increase/increase-typescript/blob/HEAD/src/resources/events.ts',
  ],
  evidence: 'sdk',
});
