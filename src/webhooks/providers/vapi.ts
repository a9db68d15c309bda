import { defineProvider } from '../provider.ts';

/**
 * Vapi: a signature, or (as the credential is set up) the secret itself in either header. Messages that want an answer at once get
 * none from here.
 */
export const vapi = defineProvider({
  id: 'vapi',
  name: 'Vapi',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-vapi-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
    {
      kind: 'static-token',
      at: ['{header:x-vapi-secret}', '{header:authorization}'],
      written: ['plain', 'bearer'],
      requires: [{ at: '{header:x-vapi-signature}', absent: true }],
    },
  ],
  events: {
    prefix: 'ai.vapi',
    type: ['{json:message.type}'],
    subject: ['{json:message.call.id}'],
    time: { at: ['{json:message.timestamp}'], unit: 'ms' },
  },
  links: [
    'https://docs.vapi.ai/server-url/server-authentication',
    'https://github.com/VapiAI/docs/blob/HEAD/fern/server-url/server-authentication.mdx',
  ],
  evidence: 'docs',
});
