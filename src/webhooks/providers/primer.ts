import { defineProvider } from '../provider.ts';

/** Primer. The body says when it was signed, so that a resend differs; for a day after a rotation a second header has the other key's. */
export const primer = defineProvider({
  id: 'primer',
  name: 'Primer',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-signature-primary}', '{header:x-signature-secondary}'],
        encoding: 'base64',
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'io.primer',
    dedupe: [
      '{json:eventType}|{json:payment.id}|{json:payment.status?}|{json:payment.dateUpdated}',
      '{json:eventType}|{json:processorDisputeId}|{json:transactionId?}|{json:status?}',
    ],
    type: ['{json:eventType}'],
    subject: ['{json:payment.id}', '{json:paymentId}'],
  },
  rotation: 'both signatures are sent for a day after a rotation',
  links: [
    'https://primer.io/docs/api-reference/get-started/webhooks',
    'https://primer.io/docs/api-reference/get-started/configure-webhooks',
  ],
  evidence: 'docs',
});
