import { defineProvider } from '../provider.ts';

/** Snyk. The type has the payload's version in it (`project_snapshot/v0`). */
export const snyk = defineProvider({
  id: 'snyk',
  name: 'Snyk',
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
    prefix: 'io.snyk',
    id: ['{header:x-snyk-transport-id}'],
    type: ['{header:x-snyk-event}'],
    time: { at: ['{header:x-snyk-timestamp}'], unit: 'iso' },
  },
  links: [
    'https://docs.snyk.io/snyk-api/using-specific-snyk-apis/webhooks-apis/validating-payloads',
    'https://github.com/snyk/user-docs/blob/HEAD/docs/snyk-api/using-specific-snyk-apis/webhooks-apis/validating-payloads.md',
  ],
  evidence: 'docs',
});
