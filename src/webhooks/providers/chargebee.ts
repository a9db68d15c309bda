import { defineProvider } from '../provider.ts';

/** Chargebee: Basic credentials. */
export const chargebee = defineProvider({
  id: 'chargebee',
  name: 'Chargebee',
  schemes: [{ kind: 'static-token', at: ['{header:authorization}'], written: ['basic'] }],
  events: {
    prefix: 'com.chargebee',
    id: ['{json:id}'],
    type: ['{json:event_type}'],
    time: { at: ['{json:occurred_at}'], unit: 's' },
  },
  links: [
    'https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings',
    'https://github.com/chargebee/chargebee-node/blob/HEAD/src/resources/webhook/auth.ts',
  ],
  evidence: 'sdk',
});
