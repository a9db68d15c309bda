import { defineProvider } from '../provider.ts';

/** Mautic. */
export const mautic = defineProvider({
  id: 'mautic',
  name: 'Mautic',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:webhook-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: { prefix: 'org.mautic', type: ['{canonical:first-member}'], typeDefault: 'webhook' },
  links: [
    'https://devdocs.mautic.org/en/latest/webhooks/getting_started.html',
    'https://github.com/mautic/mautic/blob/HEAD/app/bundles/WebhookBundle/Http/Client.php',
  ],
  evidence: 'sdk',
});
