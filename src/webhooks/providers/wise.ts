import { defineProvider } from '../provider.ts';

/** Wise: the published key of production or sandbox is the secret. */
export const wise = defineProvider({
  id: 'wise',
  name: 'Wise',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'rsa-sha256',
      signature: { at: ['{header:x-signature-sha256}'], encoding: 'base64' },
      signed: '{body}',
      key: { from: 'secret', form: 'spki' },
    },
  ],
  events: {
    prefix: 'com.wise',
    id: ['{header:x-delivery-id}'],
    type: ['{json:event_type}'],
    subject: ['{json:data.resource.id}'],
    time: { at: ['{json:sent_at}'], unit: 'iso' },
  },
  links: ['https://docs.wise.com/api-docs/features/webhooks-notifications/event-handling'],
  evidence: 'docs',
});
