import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks, standardWebhooksAsymmetric } from '../standard-webhooks.ts';

/** Any sender on Svix; white-labelled senders use the names of the specification as well. */
export const svix = defineProvider({
  id: 'svix',
  name: 'Svix',
  schemes: [
    standardWebhooks('svix'),
    standardWebhooks('webhook'),
    standardWebhooksAsymmetric('svix'),
    standardWebhooksAsymmetric('webhook'),
  ],
  events: {
    prefix: 'com.svix',
    id: ['{header:svix-id}', '{header:webhook-id}'],
    type: ['{json:type}', '{json:eventType}'],
  },
  timeBudgetSeconds: 15,
  rotation: standardRotation,
  links: ['https://docs.svix.com/receiving/verifying-payloads/how'],
  evidence: 'vector',
});
