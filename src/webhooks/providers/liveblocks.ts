import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const liveblocks = defineProvider({
  id: 'liveblocks',
  name: 'Liveblocks',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'io.liveblocks',
    id: ['{header:webhook-id}'],
    type: ['{json:type}'],
    subject: ['{json:data.roomId}'],
  },
  rotation: standardRotation,
  links: ['https://liveblocks.io/docs/platform/webhooks'],
  evidence: 'sdk',
});
