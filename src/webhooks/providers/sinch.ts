import { defineProvider } from '../provider.ts';

/** Sinch Conversation API. */
export const sinch = defineProvider({
  id: 'sinch',
  name: 'Sinch Conversation',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-sinch-webhook-signature}'], encoding: 'base64' },
      signed: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
      timestamp: { at: '{header:x-sinch-webhook-signature-timestamp}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.sinch',
    type: ['{json:trigger}', '{canonical:first-member}'],
    typeDefault: 'callback',
    subject: ['{json:project_id}'],
    time: { at: ['{json:event_time}'], unit: 'iso' },
  },
  links: [
    'https://developers.sinch.com/docs/conversation/callbacks/',
    'https://github.com/sinch/sinch-sdk-node/blob/HEAD/packages/sdk-client/src/utils/authorization.helper.ts',
  ],
  evidence: 'vector',
});
