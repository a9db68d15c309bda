import { defineProvider } from '../provider.ts';

/** DocuSign Connect: one numbered header for each active key. */
export const docusign = defineProvider({
  id: 'docusign',
  name: 'DocuSign Connect',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: [
          '{header:x-docusign-signature-1}',
          '{header:x-docusign-signature-2}',
          '{header:x-docusign-signature-3}',
          '{header:x-docusign-signature-4}',
          '{header:x-docusign-signature-5}',
          '{header:x-docusign-signature-6}',
          '{header:x-docusign-signature-7}',
          '{header:x-docusign-signature-8}',
        ],
        encoding: 'base64',
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.docusign',
    id: [
      '{json:event}-{json:data.envelopeId}-{json:generatedDateTime}',
      '{json:event}-{json:data.envelopeId}',
    ],
    dedupe: 'content',
    type: ['{json:event}'],
    subject: ['{json:data.envelopeId}'],
    time: { at: ['{json:generatedDateTime}'], unit: 'iso' },
  },
  timeBudgetSeconds: 100,
  rotation: 'a header for each active key; any one that matches will do',
  links: [
    'https://developers.docusign.com/platform/webhooks/connect/validate/',
    'https://github.com/docusign/code-examples-node/blob/HEAD/lib/connect/examples/validateWebhookMessage.js',
  ],
  evidence: 'sdk',
});
