import { defineProvider } from '../provider.ts';

/** Coinbase Commerce. */
export const coinbaseCommerce = defineProvider({
  id: 'coinbase-commerce',
  name: 'Coinbase Commerce',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-cc-webhook-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.coinbase.commerce',
    id: ['{json:event.id}'],
    type: ['{json:event.type}'],
    subject: ['{json:event.data.code}'],
    time: { at: ['{json:event.created_at}'], unit: 'iso' },
  },
  links: ['https://docs.cdp.coinbase.com/commerce/introduction/webhooks'],
  evidence: 'vector',
});
