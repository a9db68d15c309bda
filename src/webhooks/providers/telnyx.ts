import { defineProvider } from '../provider.ts';

/** Telnyx. */
export const telnyx = defineProvider({
  id: 'telnyx',
  name: 'Telnyx',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ed25519',
      signature: { at: ['{header:telnyx-signature-ed25519}'], encoding: 'base64' },
      signed: '{timestamp}|{body}',
      key: { from: 'secret', form: 'raw-base64' },
      timestamp: { at: '{header:telnyx-timestamp}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.telnyx',
    id: ['{json:data.id}'],
    type: ['{json:data.event_type}'],
    time: { at: ['{json:data.occurred_at}'], unit: 'iso' },
  },
  links: ['https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks'],
  evidence: 'sdk',
});
