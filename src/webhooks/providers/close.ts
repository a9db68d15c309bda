import { defineProvider } from '../provider.ts';

/**
 * Close CRM: the secret is hex. What is done to one object in a short time becomes one event, which keeps its id when it is
 * updated (developer.close.com, "Event Log").
 */
export const close = defineProvider({
  id: 'close',
  name: 'Close CRM',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:close-sig-hash}'], encoding: 'hex' },
      signed: '{timestamp}{body}',
      timestamp: { at: '{header:close-sig-timestamp}', unit: 's', toleranceSeconds: 300 },
      key: 'hex',
    },
  ],
  events: {
    prefix: 'com.close',
    id: ['{json:event.id}'],
    dedupe: ['{json:event.id}|{json:event.date_updated?}'],
    type: ['{json:event.object_type}.{json:event.action}'],
    subject: ['{json:event.object_id}'],
  },
  timeBudgetSeconds: 15,
  links: [
    'https://developer.close.com/resources/webhook-subscriptions/',
    'https://developer.close.com/api/resources/events',
  ],
  evidence: 'third-party',
});
