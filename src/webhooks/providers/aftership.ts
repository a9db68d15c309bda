import { defineProvider } from '../provider.ts';

/** AfterShip. */
export const aftership = defineProvider({
  id: 'aftership',
  name: 'AfterShip',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:aftership-hmac-sha256}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.aftership',
    id: ['{json:event_id}'],
    type: ['{json:event}'],
    subject: ['{json:msg.id}'],
    time: { at: ['{json:ts}'], unit: 's' },
  },
  links: ['https://www.aftership.com/docs/tracking/webhook/webhook-signature'],
  evidence: 'third-party',
});
