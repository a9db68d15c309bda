import { defineProvider } from '../provider.ts';

/** Pusher Channels: the header names the key; a secret `{ key, secret }` is judged for that key only. */
export const pusher = defineProvider({
  id: 'pusher',
  name: 'Pusher Channels',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-pusher-signature}'], encoding: 'hex' },
      signed: '{body}',
      keyParts: ['secret'],
      keyId: { at: '{header:x-pusher-key}', part: 'key' },
    },
  ],
  events: {
    prefix: 'com.pusher',
    batch: ['events'],
    dedupe: [
      '{json:time_ms}|{item:name}|{item:channel}|{item:event?}|{item:user_id?}|{item:socket_id?}|{body-sha256}',
    ],
    type: ['{item:name}'],
    subject: ['{item:channel}'],
    time: { at: ['{json:time_ms}'], unit: 'ms' },
  },
  timeBudgetSeconds: 4,
  rotation: 'the header names the key',
  links: ['https://pusher.com/docs/channels/server_api/webhooks/'],
  evidence: 'vector',
});
