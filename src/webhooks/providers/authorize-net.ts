import { defineProvider } from '../provider.ts';

/** Authorize.Net: SHA-512 under a key in hex. */
export const authorizeNet = defineProvider({
  id: 'authorize-net',
  name: 'Authorize.Net',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-512',
      signature: {
        at: ['{header:x-anet-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha512=' },
      },
      signed: '{body}',
      key: 'hex',
    },
  ],
  events: {
    prefix: 'net.authorize',
    id: ['{json:notificationId}'],
    type: ['{json:eventType}'],
    subject: ['{json:payload.id}'],
    time: { at: ['{json:eventDate}'], unit: 'iso' },
  },
  links: ['https://developer.authorize.net/api/reference/features/webhooks.html'],
  evidence: 'third-party',
});
