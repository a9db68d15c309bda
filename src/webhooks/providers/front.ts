import { defineProvider } from '../provider.ts';

/** Front application webhooks. */
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
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:payload.conversation.id}'],
  },
  links: ['https://dev.frontapp.com/docs/application-webhooks'],
  evidence: 'third-party',
});
