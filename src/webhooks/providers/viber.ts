import { defineProvider } from '../provider.ts';

/** Viber. */
export const viber = defineProvider({
  id: 'viber',
  name: 'Viber',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-viber-content-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  handshakes: [
    { when: [{ at: '{json:event}', equals: 'webhook' }], genuine: 'signed', answer: { status: 200 } },
  ],
  events: {
    prefix: 'com.viber',
    id: ['{json:message_token}'],
    dedupe: ['{json:event}|{json:message_token}|{json:user_id?}'],
    type: ['{json:event}'],
    time: { at: ['{json:timestamp}'], unit: 'ms' },
  },
  links: [
    'https://developers.viber.com/docs/api/rest-bot-api/',
    'https://github.com/Viber/viber-bot-node/blob/HEAD/lib/message/message-validator.js',
  ],
  evidence: 'sdk',
});
