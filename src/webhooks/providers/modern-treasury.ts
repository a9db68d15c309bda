import { defineProvider } from '../provider.ts';

/** Modern Treasury. */
export const modernTreasury = defineProvider({
  id: 'modern-treasury',
  name: 'Modern Treasury',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.moderntreasury',
    id: ['{header:x-webhook-id}', '{json:data.id}-{json:event}'],
    dedupe: 'content',
    type: ['{header:x-topic}.{json:event}', '{json:event}'],
    subject: ['{json:data.id}'],
  },
  links: ['https://docs.moderntreasury.com/platform/reference/webhooks'],
  evidence: 'sdk',
});
