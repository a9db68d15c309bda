import { defineProvider } from '../provider.ts';

/** Close CRM: the secret is hex. */
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
    type: ['{json:event.object_type}.{json:event.action}'],
    subject: ['{json:event.object_id}'],
  },
  timeBudgetSeconds: 15,
  links: ['https://developer.close.com/resources/webhook-subscriptions/'],
  evidence: 'third-party',
});
