import { defineProvider } from '../provider.ts';

/** Zendesk. A trigger's body is its owner's, and may well name the ticket alone: the signed time tells its events apart. */
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
    dedupe: [
      '{json:zendesk_event_version}|{json:type}|{json:id}',
      '{header:x-zendesk-webhook-signature-timestamp}|{body-sha256}',
    ],
    type: ['{json:type}'],
    subject: ['{json:subject}'],
    time: { at: ['{json:time}'], unit: 'iso' },
  },
  timeBudgetSeconds: 12,
  links: ['https://developer.zendesk.com/documentation/webhooks/verifying/'],
  evidence: 'docs',
});
