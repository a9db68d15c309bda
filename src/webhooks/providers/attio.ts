import { defineProvider } from '../provider.ts';

/** Attio. */
export const attio = defineProvider({
  id: 'attio',
  name: 'Attio',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:attio-signature}', '{header:x-attio-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.attio',
    batch: ['events'],
    id: ['{item:id.event_id}', '{item:id}'],
    type: ['{item:event_type}'],
  },
  links: ['https://docs.attio.com/rest-api/guides/webhooks'],
  evidence: 'third-party',
});
