import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks under the headers of Svix. */
export const stytch = defineProvider({
  id: 'stytch',
  name: 'Stytch',
  schemes: [standardWebhooks('svix')],
  events: {
    prefix: 'com.stytch',
    id: ['{header:svix-id}'],
    type: ['{json:object_type}.{json:action}', '{json:type}'],
  },
  rotation: standardRotation,
  links: ['https://stytch.com/docs/guides/webhooks', 'https://stytch.com/docs/b2b/guides/webhooks'],
  evidence: 'docs',
});
