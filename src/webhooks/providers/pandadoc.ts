import { defineProvider } from '../provider.ts';

/** PandaDoc: the signature is a parameter of the URL. */
export const pandadoc = defineProvider({
  id: 'pandadoc',
  name: 'PandaDoc',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{query:signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.pandadoc',
    batch: [''],
    id: [
      '{item:data.id}-{item:event}-{item:data.date_modified}',
      '{header:x-pandadoc-webhook-event-id}-{item:data.id?}',
    ],
    dedupe: [
      '{item:event}|{item:data.id}|{item:data.status?}|{item:data.date_modified}|{item:data.action_date?}|{item:data.action_by.id?}',
    ],
    type: ['{item:event}'],
    subject: ['{item:data.id}'],
  },
  links: [
    'https://developers.pandadoc.com/docs/webhooks-verification',
    'https://developers.pandadoc.com/docs/webhook-verification',
    'https://developers.pandadoc.com/changelog/2026-07-20-webhooks-deduplicate',
  ],
  evidence: 'docs',
});
