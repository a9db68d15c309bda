import { defineProvider } from '../provider.ts';

/** Flutterwave: v4 signs the body, v3 only shows the secret hash. */
export const flutterwave = defineProvider({
  id: 'flutterwave',
  name: 'Flutterwave',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:flutterwave-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
    {
      kind: 'static-token',
      at: ['{header:verif-hash}'],
      written: ['plain'],
      requires: [{ at: '{header:flutterwave-signature}', absent: true }],
    },
  ],
  events: {
    prefix: 'com.flutterwave',
    id: ['{json:id}', '{json:data.id}'],
    dedupe: 'content',
    type: ['{json:event}', '{json:type}'],
    subject: ['{json:data.tx_ref}', '{json:data.reference}'],
  },
  links: ['https://developer.flutterwave.com/docs/webhooks'],
  evidence: 'third-party',
});
