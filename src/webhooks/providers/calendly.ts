import { defineProvider } from '../provider.ts';

/** Calendly. */
export const calendly = defineProvider({
  id: 'calendly',
  name: 'Calendly',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:calendly-webhook-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 180 },
    },
  ],
  events: {
    prefix: 'com.calendly',
    id: ['{json:event}-{json:payload.uri}'],
    dedupe: 'content',
    type: ['{json:event}'],
    subject: ['{json:payload.uri}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  links: ['https://developer.calendly.com/api-docs/ZG9jOjM2MzE2MDM4-webhook-signatures'],
  evidence: 'third-party',
});
