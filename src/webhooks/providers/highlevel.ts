import { defineProvider } from '../provider.ts';

/** HighLevel: the published key is the secret. */
export const highlevel = defineProvider({
  id: 'highlevel',
  name: 'HighLevel',
  schemes: [
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
  links: ['https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide/'],
  evidence: 'third-party',
});
