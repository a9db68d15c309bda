import { defineProvider } from '../provider.ts';

/** Zendesk. */
export const zendesk = defineProvider({
  id: 'zendesk',
  name: 'Zendesk',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-zendesk-webhook-signature}'], encoding: 'base64' },
      signed: '{timestamp}{body}',
      timestamp: { at: '{header:x-zendesk-webhook-signature-timestamp}', unit: 'iso', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.zendesk',
    id: ['{header:x-zendesk-webhook-invocation-id}'],
    type: ['{json:type}'],
    subject: ['{json:subject}'],
    time: { at: ['{json:time}'], unit: 'iso' },
  },
  timeBudgetSeconds: 12,
  links: ['https://developer.zendesk.com/documentation/webhooks/verifying/'],
  evidence: 'docs',
});
