import { defineProvider } from '../provider.ts';

/**
 * Adyen payments: every item of a batch is signed, over some of its fields, joined by colons that none of them
 * escapes: so the joined text is the key.
 */
export const adyen = defineProvider({
  id: 'adyen',
  name: 'Adyen (payments notifications)',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{item:NotificationRequestItem.additionalData.hmacSignature}'], encoding: 'base64' },
      signed:
        '{item:NotificationRequestItem.pspReference?}:{item:NotificationRequestItem.originalReference?}:{item:NotificationRequestItem.merchantAccountCode?}:{item:NotificationRequestItem.merchantReference?}:{item:NotificationRequestItem.amount.value?}:{item:NotificationRequestItem.amount.currency?}:{item:NotificationRequestItem.eventCode?}:{item:NotificationRequestItem.success?}',
      key: 'hex',
      each: 'notificationItems',
    },
  ],
  events: {
    prefix: 'com.adyen',
    batch: ['notificationItems'],
    id: [
      '{item:NotificationRequestItem.pspReference}-{item:NotificationRequestItem.eventCode}-{item:NotificationRequestItem.success}',
    ],
    dedupe: [
      '{item:NotificationRequestItem.pspReference?}:{item:NotificationRequestItem.originalReference?}:{item:NotificationRequestItem.merchantAccountCode?}:{item:NotificationRequestItem.merchantReference?}:{item:NotificationRequestItem.amount.value?}:{item:NotificationRequestItem.amount.currency?}:{item:NotificationRequestItem.eventCode?}:{item:NotificationRequestItem.success?}',
    ],
    type: ['{item:NotificationRequestItem.eventCode}'],
    subject: ['{item:NotificationRequestItem.pspReference}'],
    time: { at: ['{item:NotificationRequestItem.eventDate}'], unit: 'iso' },
  },
  wantedAnswer: { status: 202, headers: { 'content-type': 'text/plain' }, body: '[accepted]' },
  timeBudgetSeconds: 10,
  links: ['https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures'],
  evidence: 'vector',
});
