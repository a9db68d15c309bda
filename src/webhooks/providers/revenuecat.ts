import { defineProvider } from '../provider.ts';

/** RevenueCat: a header that shows the secret, or (as the integration is set up) a signature. */
export const revenuecat = defineProvider({
  id: 'revenuecat',
  name: 'RevenueCat',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-revenuecat-webhook-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
    {
      kind: 'static-token',
      at: ['{header:authorization}'],
      written: ['plain', 'bearer'],
      requires: [{ at: '{header:x-revenuecat-webhook-signature}', absent: true }],
    },
  ],
  events: {
    prefix: 'com.revenuecat',
    id: ['{json:event.id}'],
    type: ['{json:event.type}'],
    subject: ['{json:event.app_user_id}'],
    time: { at: ['{json:event.event_timestamp_ms}'], unit: 'ms' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 60,
  links: [
    'https://www.revenuecat.com/docs/integrations/webhooks',
    'https://github.com/RevenueCat/docs/blob/HEAD/docs/integrations/webhooks.md',
  ],
  evidence: 'third-party',
});
