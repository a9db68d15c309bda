import { defineProvider } from '../provider.ts';

/** Front: an application's webhooks are timed and may be challenged; a rule's are signed with SHA-1 and the API secret. */
export const front = defineProvider({
  id: 'front',
  name: 'Front',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-front-signature}'], encoding: 'base64' },
      signed: '{timestamp}:{body}',
      timestamp: { at: '{header:x-front-request-timestamp}', unit: 'ms', toleranceSeconds: 300 },
    },
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-front-signature}'], encoding: 'base64' },
      signed: '{body}',
      requires: [{ at: '{header:x-front-request-timestamp}', absent: true }],
    },
  ],
  handshakes: [
    {
      when: [{ at: '{header:x-front-challenge}' }],
      challenge: '{header:x-front-challenge}',
      genuine: 'keyed',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'com.frontapp',
    id: ['{json:payload.id}', '{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:payload.conversation.id}', '{json:conversation.id}'],
  },
  timeBudgetSeconds: 5,
  links: ['https://dev.frontapp.com/docs/application-webhooks', 'https://dev.frontapp.com/docs/webhooks-1'],
  evidence: 'docs',
});
