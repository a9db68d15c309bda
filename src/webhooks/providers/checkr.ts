import { defineProvider } from '../provider.ts';

/** Checkr. */
export const checkr = defineProvider({
  id: 'checkr',
  name: 'Checkr',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-checkr-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.checkr',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:data.object.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  links: ['https://docs.checkr.com/#section/Webhooks'],
  evidence: 'third-party',
});
