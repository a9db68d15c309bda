import { defineProvider } from '../provider.ts';

/** Snyk. */
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
  events: { prefix: 'io.snyk', type: ['{header:x-snyk-event}'] },
  links: ['https://docs.snyk.io/snyk-api/using-specific-snyk-apis/webhooks-apis/validating-payloads'],
  evidence: 'third-party',
});
