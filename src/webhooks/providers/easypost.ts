import { defineProvider } from '../provider.ts';

/** EasyPost: the secret is normalised (NFKD) before it becomes the key. */
export const easypost = defineProvider({
  id: 'easypost',
  name: 'EasyPost',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-hmac-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'hmac-sha256-hex=' },
      },
      signed: '{body}',
      key: 'nfkd',
    },
  ],
  events: {
    prefix: 'com.easypost',
    id: ['{json:id}'],
    type: ['{json:description}'],
    subject: ['{json:result.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 7,
  links: ['https://docs.easypost.com/docs/webhooks'],
  evidence: 'sdk',
});
