import { defineProvider } from '../provider.ts';

/** Tally. */
export const tally = defineProvider({
  id: 'tally',
  name: 'Tally',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:tally-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'so.tally',
    id: ['{json:eventId}'],
    type: ['{json:eventType}'],
    subject: ['{json:data.formId}'],
    time: { at: ['{json:createdAt}'], unit: 'iso' },
  },
  links: ['https://tally.so/help/webhooks'],
  evidence: 'third-party',
});
