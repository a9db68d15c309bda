import { defineProvider } from '../provider.ts';

/** GoCardless: a batch of events. */
export const gocardless = defineProvider({
  id: 'gocardless',
  name: 'GoCardless',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:webhook-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.gocardless',
    batch: ['events'],
    id: ['{item:id}'],
    type: ['{item:resource_type}.{item:action}'],
    time: { at: ['{item:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 10,
  links: ['https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/'],
  evidence: 'vector',
});
