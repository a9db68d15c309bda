import { defineProvider } from '../provider.ts';

/** MongoDB Atlas alerts: SHA-1. */
export const mongodbAtlas = defineProvider({
  id: 'mongodb-atlas',
  name: 'MongoDB Atlas alerts',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-mms-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.mongodb.atlas',
    id: ['{json:id}'],
    dedupe: ['{json:id}|{json:status?}|{json:updated?}'],
    type: ['{header:x-mms-event}', '{json:eventTypeName}'],
    time: { at: ['{json:updated}'], unit: 'iso' },
  },
  links: ['https://www.mongodb.com/docs/atlas/tutorial/third-party-service-integrations/'],
  evidence: 'third-party',
});
