import { defineProvider } from '../provider.ts';

/** Bird, once MessageBird: a token that binds URL and body. */
export const messagebird = defineProvider({
  id: 'messagebird',
  name: 'Bird / MessageBird',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:messagebird-signature-jwt}',
      algorithms: ['HS256', 'HS384', 'HS512'],
      claims: [{ claim: 'iss', is: ['MessageBird'] }],
      binds: [
        { claim: 'url_hash', of: '{url}', encoding: 'hex' },
        { claim: 'payload_hash', of: '{body}', encoding: 'hex', iffBody: true },
      ],
      times: { required: ['exp', 'nbf'], leewaySeconds: 1 },
    },
  ],
  events: {
    prefix: 'com.messagebird',
    bodies: ['json', 'form', 'empty'],
    token: { at: '{header:messagebird-signature-jwt}' },
    id: ['{claim:jti}'],
    dedupe: ['{claim:url_hash}|{claim:payload_hash?}'],
    type: ['{json:type}', '{query:status}'],
    typeDefault: 'message',
  },
  links: ['https://developers.messagebird.com/api/#verifying-http-requests'],
  evidence: 'vector',
});
