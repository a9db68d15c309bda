import { defineProvider } from '../provider.ts';

/** Ably: the header names the key; a secret `{ key, secret }` is judged for that key only. */
export const ably = defineProvider({
  id: 'ably',
  name: 'Ably',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-ably-signature}'], encoding: 'base64' },
      signed: '{body}',
      keyParts: ['secret'],
      keyId: { at: '{header:x-ably-key}', part: 'key' },
    },
  ],
  events: {
    prefix: 'com.ably',
    batch: ['items'],
    type: ['{item:source}', '{item:name}'],
    subject: ['{item:data.channelId}'],
    time: { at: ['{item:timestamp}'], unit: 'ms' },
  },
  rotation: 'the header names the key',
  links: [
    'https://ably.com/docs/platform/integrations/webhooks',
    'https://github.com/ably/docs/blob/HEAD/src/pages/docs/platform/integrations/webhooks/index.mdx',
  ],
  evidence: 'docs',
});
