import { defineProvider } from '../provider.ts';

/** Hookdeck, which signs anew what it passes on. */
export const hookdeck = defineProvider({
  id: 'hookdeck',
  name: 'Hookdeck (re-signed)',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-hookdeck-signature}', '{header:x-hookdeck-signature-2}'],
        encoding: 'base64',
      },
      signed: '{body}',
    },
  ],
  events: { prefix: 'com.hookdeck', id: ['{header:x-hookdeck-eventid}'], type: ['{json:type}'] },
  rotation: 'a second header while a secret is replaced',
  links: [
    'https://hookdeck.com/docs/authentication',
    'https://github.com/hookdeck/webhook-skills/blob/HEAD/skills/hookdeck-event-gateway-webhooks/SKILL.md',
  ],
  evidence: 'docs',
});
