import { defineProvider } from '../provider.ts';

/**
 * Square signs the notification URL as it was registered, to the letter. The older SHA-1 header is not judged.
 */
export const square = defineProvider({
  id: 'square',
  name: 'Square',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-square-hmacsha256-signature}'], encoding: 'base64' },
      signed: '{url}{body}',
    },
  ],
  events: {
    prefix: 'com.squareup',
    id: ['{json:event_id}'],
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 10,
  links: ['https://developer.squareup.com/docs/webhooks/step3validate'],
  evidence: 'vector',
});
