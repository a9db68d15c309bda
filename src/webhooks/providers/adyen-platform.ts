import { defineProvider } from '../provider.ts';

/** Adyen for platforms, banking and management. */
export const adyenPlatform = defineProvider({
  id: 'adyen-platform',
  name: 'Adyen platform/banking/management',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:hmacsignature}'], encoding: 'base64' },
      signed: '{body}',
      key: 'hex',
      requires: [{ at: '{header:protocol?}', oneOf: ['', 'HmacSHA256'] }],
    },
  ],
  events: {
    prefix: 'com.adyen.platform',
    id: ['{json:data.id}-{json:type}'],
    dedupe: 'content',
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
  },
  links: ['https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures'],
  evidence: 'vector',
});
