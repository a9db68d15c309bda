import { defineProvider } from '../provider.ts';

/** Heroku app webhooks. */
export const heroku = defineProvider({
  id: 'heroku',
  name: 'Heroku app webhooks',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:heroku-webhook-hmac-sha256}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.heroku',
    id: ['{json:webhook_metadata.event.id}', '{json:id}'],
    type: ['{json:webhook_metadata.event.include}.{json:action}', '{json:resource}.{json:action}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:published_at}', '{json:created_at}'], unit: 'iso' },
  },
  links: ['https://devcenter.heroku.com/articles/app-webhooks'],
  evidence: 'third-party',
});
