import { defineProvider } from '../provider.ts';

/** Squarespace: the secret is hex. */
export const squarespace = defineProvider({
  id: 'squarespace',
  name: 'Squarespace',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:squarespace-signature}'], encoding: 'hex' },
      signed: '{body}',
      key: 'hex',
    },
  ],
  events: {
    prefix: 'com.squarespace',
    id: ['{json:id}'],
    type: ['{json:topic}'],
    time: { at: ['{json:createdOn}'], unit: 'iso' },
  },
  links: [
    'https://developers.squarespace.com/commerce-apis/webhook-subscriptions-overview',
    'https://developers.squarespace.com/webhooks/verifying-notifications',
  ],
  evidence: 'docs',
});
