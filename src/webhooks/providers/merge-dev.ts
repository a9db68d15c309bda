import { defineProvider } from '../provider.ts';

/** Merge: base64url. */
export const mergeDev = defineProvider({
  id: 'merge-dev',
  name: 'Merge',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-merge-webhook-signature}'], encoding: 'base64url' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'dev.merge',
    id: ['{json:hook.id}'],
    dedupe: 'content',
    type: ['{json:hook.event}'],
    subject: ['{json:linked_account.id}'],
  },
  links: ['https://docs.merge.dev/basics/webhooks/security/'],
  evidence: 'third-party',
});
