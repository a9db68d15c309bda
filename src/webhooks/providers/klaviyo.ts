import { defineProvider } from '../provider.ts';

/** Klaviyo. */
export const klaviyo = defineProvider({
  id: 'klaviyo',
  name: 'Klaviyo',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:klaviyo-signature}'], encoding: 'hex' },
      signed: '{body}{timestamp}',
      timestamp: { at: '{header:klaviyo-timestamp}', unit: 's-or-ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.klaviyo',
    batch: ['data'],
    id: ['{item:external_id}'],
    dedupe: ['{item:topic?}|{item:external_id}'],
    type: ['{item:topic}'],
    time: { at: ['{item:payload.data.attributes.datetime}'], unit: 'iso' },
  },
  links: ['https://developers.klaviyo.com/en/docs/working_with_system_webhooks'],
  evidence: 'third-party',
});
