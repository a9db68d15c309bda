import { defineProvider } from '../provider.ts';

/**
 * Xero: its intent to receive is an empty batch, rightly or wrongly signed; it wants 200 without a body, or 401.
 */
export const xero = defineProvider({
  id: 'xero',
  name: 'Xero',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-xero-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.xero',
    batch: ['events'],
    id: ['{item:resourceId}-{item:eventType}-{item:eventDateUtc}'],
    dedupe: ['{item:tenantId?}|{item:resourceId}|{item:eventCategory?}|{item:eventType}|{item:eventDateUtc}'],
    type: ['{item:eventCategory}.{item:eventType}'],
    subject: ['{item:resourceId}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 5,
  links: [
    'https://developer.xero.com/documentation/guides/webhooks/overview/',
    'https://developer.xero.com/documentation/webhooks/configuring-your-server',
  ],
  evidence: 'docs',
});
