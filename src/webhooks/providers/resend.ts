import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks under the headers of Svix. */
export const resend = defineProvider({
  id: 'resend',
  name: 'Resend',
  schemes: [standardWebhooks('svix')],
  events: {
    prefix: 'com.resend',
    id: ['{header:svix-id}'],
    type: ['{json:type}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  rotation: standardRotation,
  links: ['https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests'],
  evidence: 'sdk',
});
