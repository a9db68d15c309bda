import { defineProvider } from '../provider.ts';

/** Maxio, once Chargify: a form. */
export const chargify = defineProvider({
  id: 'chargify',
  name: 'Maxio / Chargify',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-chargify-webhook-signature-hmac-sha-256}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.chargify',
    bodies: ['form', 'json'],
    id: ['{header:x-chargify-webhook-id}', '{form:id}'],
    type: ['{form:event}', '{json:event}'],
  },
  links: ['https://docs.maxio.com/hc/en-us/articles/24286723085197'],
  evidence: 'third-party',
});
