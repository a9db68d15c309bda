import { defineProvider } from '../provider.ts';

/** LINE Messaging API: a batch; the console's test sends an empty one. */
export const line = defineProvider({
  id: 'line',
  name: 'LINE Messaging API',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-line-signature}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'me.line',
    batch: ['events'],
    id: ['{item:webhookEventId}'],
    type: ['{item:type}'],
    subject: ['{item:source.userId}'],
    time: { at: ['{item:timestamp}'], unit: 'ms' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 2,
  links: ['https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/'],
  evidence: 'vector',
});
