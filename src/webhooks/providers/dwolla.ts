import { defineProvider } from '../provider.ts';

/** Dwolla. */
export const dwolla = defineProvider({
  id: 'dwolla',
  name: 'Dwolla',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-request-signature-sha-256}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.dwolla',
    jsonTypes: ['application/vnd.dwolla.v1.hal+json'],
    id: ['{json:id}'],
    type: ['{json:topic}', '{header:x-dwolla-topic}'],
    subject: ['{json:resourceId}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  links: [
    'https://developers.dwolla.com/docs/working-with-webhooks',
    'https://github.com/Dwolla/webhook-receiver/blob/HEAD/src/handlers/webhook.ts',
  ],
  evidence: 'sdk',
});
