import { defineProvider } from '../provider.ts';

/** Framer forms: body and id of the submission are signed. */
export const framer = defineProvider({
  id: 'framer',
  name: 'Framer forms',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:framer-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}{header:framer-webhook-submission-id}',
    },
  ],
  events: {
    prefix: 'com.framer',
    id: ['{header:framer-webhook-submission-id}'],
    type: [],
    typeDefault: 'submission',
  },
  links: [
    'https://www.framer.com/developers/webhooks',
    'https://www.framer.com/help/articles/framer-form-webhook-setup',
  ],
  evidence: 'docs',
});
