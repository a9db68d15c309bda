import { defineProvider } from '../provider.ts';

/** Dub. */
export const dub = defineProvider({
  id: 'dub',
  name: 'Dub',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:dub-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'co.dub',
    id: ['{json:id}'],
    type: ['{json:event}'],
    time: { at: ['{json:createdAt}'], unit: 'iso' },
  },
  links: [
    'https://dub.co/docs/concepts/webhooks/verify-webhook-requests',
    'https://github.com/dubinc/dub/blob/HEAD/apps/web/lib/webhook/signature.ts',
  ],
  evidence: 'sdk',
});
