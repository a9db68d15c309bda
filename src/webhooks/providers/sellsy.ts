import { defineProvider } from '../provider.ts';

/** Sellsy: a plain SHA-1 of secret and body. */
export const sellsy = defineProvider({
  id: 'sellsy',
  name: 'Sellsy',
  schemes: [
    {
      kind: 'digest',
      hash: 'SHA-1',
      signature: { at: ['{header:x-webhook-signature}'], encoding: 'hex' },
      signed: '{secret}{body}',
    },
  ],
  events: {
    prefix: 'com.sellsy',
    type: ['{json:eventType}.{json:event}', '{json:event}'],
    subject: ['{json:relatedid}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  links: ['https://docs.sellsy.com/api/v2/#section/Webhooks'],
  evidence: 'third-party',
});
