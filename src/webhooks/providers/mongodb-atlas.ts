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
    id: ['{json:id}-{json:status}-{json:updated}', '{json:id}'],
    dedupe: 'content',
    type: ['{header:x-mms-event}', '{json:eventTypeName}'],
    time: { at: ['{json:updated}'], unit: 'iso' },
  },
  links: [
    'https://www.mongodb.com/docs/atlas/tutorial/third-party-service-integrations/',
    'https://www.mongodb.com/docs/atlas/tutorial/webhook-integration/',
  ],
  evidence: 'docs',
});
