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
    id: ['{item:data.id}-{item:event}-{item:data.date_modified}', '{item:data.id}-{item:event}'],
    dedupe: ['{item:event}|{item:data.id}|{item:data.status?}|{item:data.date_modified?}'],
    type: ['{item:event}'],
    subject: ['{item:data.id}'],
  },
  links: ['https://developers.pandadoc.com/docs/webhooks-verification'],
  evidence: 'third-party',
});
