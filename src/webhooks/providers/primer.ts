import { defineProvider } from '../provider.ts';

/** Primer. */
export const primer = defineProvider({
  id: 'primer',
  name: 'Primer',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-signature-primary}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: { prefix: 'io.primer', type: ['{json:eventType}'], subject: ['{json:payment.id}'] },
  links: ['https://primer.io/docs/api-reference/get-started/webhooks'],
  evidence: 'third-party',
});
