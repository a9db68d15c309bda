import { defineProvider } from '../provider.ts';

/** Lemon Squeezy sends no id of the event: object, name and time of change stand for it. */
export const lemonsqueezy = defineProvider({
  id: 'lemonsqueezy',
  name: 'Lemon Squeezy',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.lemonsqueezy',
    id: ['{json:meta.event_name}-{json:data.type}-{json:data.id}-{json:data.attributes.updated_at}'],
    dedupe: 'content',
    type: ['{json:meta.event_name}', '{header:x-event-name}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:data.attributes.updated_at}'], unit: 'iso' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: ['https://docs.lemonsqueezy.com/help/webhooks/signing-requests'],
  evidence: 'docs',
});
