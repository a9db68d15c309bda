import { defineProvider } from '../provider.ts';

/** Mailchimp Marketing: a secret in the URL of your choice (`?secret=`). */
export const mailchimp = defineProvider({
  id: 'mailchimp',
  name: 'Mailchimp Marketing',
  schemes: [
    { kind: 'static-token', at: ['{query:secret}', '{query:key}', '{query:token}'], written: ['plain'] },
  ],
  handshakes: [{ method: 'GET', when: [], answer: { status: 200 } }],
  events: {
    prefix: 'com.mailchimp',
    bodies: ['form'],
    id: ['{form:type}-{form:data[id]}-{form:fired_at}'],
    dedupe: 'content',
    type: ['{form:type}'],
    subject: ['{form:data[list_id]}'],
  },
  links: ['https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/'],
  evidence: 'third-party',
});
