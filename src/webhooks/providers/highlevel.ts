import { defineProvider } from '../provider.ts';

/** HighLevel: the published key is the secret. Since July 2026 it signs with Ed25519 alone; RSA under the older header is what was before. */
export const highlevel = defineProvider({
  id: 'highlevel',
  name: 'HighLevel',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ed25519',
      signature: { at: ['{header:x-ghl-signature}'], encoding: 'base64' },
      signed: '{body}',
      key: { from: 'secret', form: 'spki' },
    },
    {
      kind: 'asymmetric',
      algorithm: 'rsa-sha256',
      signature: { at: ['{header:x-wh-signature}'], encoding: 'base64' },
      signed: '{body}',
      key: { from: 'secret', form: 'spki' },
    },
  ],
  events: {
    prefix: 'com.gohighlevel',
    id: ['{json:webhookId}'],
    dedupe: 'content',
    type: ['{json:type}'],
    subject: ['{json:locationId}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  links: [
    'https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide/',
    'https://github.com/GoHighLevel/highlevel-api-docs/blob/HEAD/docs/oauth/WebhookAuthentication.md',
    'https://github.com/GoHighLevel/highlevel-api-sdk/blob/HEAD/lib/webhook/webhook-manager.ts',
  ],
  evidence: 'sdk',
});
