import { defineProvider } from '../provider.ts';

/** Bitbucket Cloud: SHA-256 under the header that elsewhere carries SHA-1. */
export const bitbucket = defineProvider({
  id: 'bitbucket',
  name: 'Bitbucket Cloud',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-hub-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'org.bitbucket',
    id: ['{header:x-request-uuid}'],
    type: ['{header:x-event-key}'],
    subject: ['{json:repository.full_name}'],
  },
  timeBudgetSeconds: 10,
  links: ['https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/'],
  evidence: 'vector',
});
