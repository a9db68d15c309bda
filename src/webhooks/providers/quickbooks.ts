import { defineProvider } from '../provider.ts';

/** QuickBooks: CloudEvents since 2026, and the older notifications. */
export const quickbooks = defineProvider({
  id: 'quickbooks',
  name: 'QuickBooks / Intuit',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:intuit-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.intuit.quickbooks',
    batch: ['', 'eventNotifications'],
    id: ['{item:id}'],
    dedupe: ['{item:source?}|{item:id}'],
    type: [
      '{item:type}',
      '{item:dataChangeEvent.entities.0.name}.{item:dataChangeEvent.entities.0.operation}',
    ],
    subject: ['{item:intuitentityid}', '{item:realmId}'],
    time: { at: ['{item:time}'], unit: 'iso' },
  },
  timeBudgetSeconds: 3,
  links: [
    'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
    'https://github.com/intuit/QuickBooks-V3-PHP-SDK/blob/HEAD/src/WebhooksService/TokenVerifier.php',
  ],
  evidence: 'sdk',
});
