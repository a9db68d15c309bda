import { defineProvider } from '../provider.ts';

/** AfterShip: Tracking, Returns and Shipping each have a header; Returns wrote a prefix before October 2022. */
export const aftership = defineProvider({
  id: 'aftership',
  name: 'AfterShip',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: [
          '{header:aftership-hmac-sha256}',
          '{header:as-signature-hmac-sha256}',
          '{header:am-webhook-signature}',
        ],
        encoding: 'base64',
      },
      signed: '{body}',
    },
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:am-webhook-signature}'],
        encoding: 'base64',
        format: { kind: 'bare', prefix: 'hmac-sha256=' },
      },
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
  links: [
    'https://www.aftership.com/docs/tracking/webhook/webhook-signature',
    'https://www.aftership.com/docs/returns/webhook/webhook-signature',
  ],
  evidence: 'docs',
});
