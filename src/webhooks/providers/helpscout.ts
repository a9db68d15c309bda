import { defineProvider } from '../provider.ts';

/** Help Scout: SHA-1. */
export const helpscout = defineProvider({
  id: 'helpscout',
  name: 'Help Scout',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-helpscout-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: { prefix: 'com.helpscout', type: ['{header:x-helpscout-event}'], subject: ['{json:id}'] },
  links: [
    'https://developer.helpscout.com/webhooks/',
    'https://github.com/helpscout/helpscout-api-php/blob/HEAD/src/Webhooks/IncomingWebhook.php',
  ],
  evidence: 'sdk',
});
