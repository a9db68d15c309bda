import { defineProvider } from '../provider.ts';

/** Bolt. */
export const bolt = defineProvider({
  id: 'bolt',
  name: 'Bolt',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-bolt-hmac-sha256}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: { prefix: 'com.bolt', type: ['{json:type}'] },
  links: [
    'https://help.bolt.com/developers/webhooks/',
    'https://github.com/BoltApp/bolt-magento2/blob/HEAD/Helper/Hook.php',
  ],
  evidence: 'sdk',
});
