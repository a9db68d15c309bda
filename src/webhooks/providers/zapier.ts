import { defineProvider } from '../provider.ts';

/** Webhooks by Zapier as the sender: Basic credentials or a header of your own. */
export const zapier = defineProvider({
  id: 'zapier',
  name: 'Zapier (webhooks by Zapier as sender)',
  schemes: [
    {
      kind: 'static-token',
      at: ['{header:authorization}'],
      written: ['plain', 'bearer', 'basic'],
      ownHeader: true,
    },
  ],
  events: {
    prefix: 'com.zapier',
    bodies: ['json', 'form'],
    repeatsAfterSeconds: 60,
    type: ['{json:type}', '{json:event}'],
  },
  links: ['https://help.zapier.com/hc/en-us/articles/8496326446989'],
  evidence: 'third-party',
});
