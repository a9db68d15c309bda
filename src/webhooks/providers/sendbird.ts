import { defineProvider } from '../provider.ts';

/** Sendbird. */
export const sendbird = defineProvider({
  id: 'sendbird',
  name: 'Sendbird',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-sendbird-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: { prefix: 'com.sendbird', type: ['{json:category}'], subject: ['{json:app_id}'] },
  timeBudgetSeconds: 5,
  links: ['https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview'],
  evidence: 'third-party',
});
