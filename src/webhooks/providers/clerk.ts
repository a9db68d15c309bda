import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks under the headers of Svix. */
export const clerk = defineProvider({
  id: 'clerk',
  name: 'Clerk',
  schemes: [standardWebhooks('svix')],
  events: {
    prefix: 'com.clerk',
    id: ['{header:svix-id}'],
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
  },
  rotation: standardRotation,
  links: [
    'https://clerk.com/docs/webhooks/overview',
    'https://github.com/clerk/javascript/blob/HEAD/packages/backend/src/webhooks.ts',
  ],
  evidence: 'sdk',
});
