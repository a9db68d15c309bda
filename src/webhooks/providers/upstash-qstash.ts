import { defineProvider } from '../provider.ts';

/** Upstash QStash: a token that binds URL and body; a retry is signed anew, under the same message. */
export const upstashQstash = defineProvider({
  id: 'upstash-qstash',
  name: 'Upstash QStash',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:upstash-signature}',
      algorithms: ['HS256'],
      keyParts: ['currentSigningKey', 'nextSigningKey'],
      claims: [
        { claim: 'iss', is: ['Upstash'] },
        { claim: 'sub', is: ['{url}'] },
      ],
      binds: [{ claim: 'body', of: '{body}', encoding: 'base64url' }],
      times: { required: ['exp', 'nbf'], leewaySeconds: 0 },
    },
  ],
  events: {
    prefix: 'com.upstash.qstash',
    bodies: ['json', 'form', 'empty'],
    token: { at: '{header:upstash-signature}' },
    id: ['{header:upstash-message-id}'],
    dedupe: ['{claim:jti}'],
    type: ['{json:type}'],
    typeDefault: 'message',
  },
  rotation: 'a current and a next signing key: configure both',
  links: ['https://upstash.com/docs/qstash/features/security'],
  evidence: 'sdk',
});
