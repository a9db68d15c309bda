import { defineProvider } from '../provider.ts';

/** Vonage: a token that binds the body. */
export const vonage = defineProvider({
  id: 'vonage',
  name: 'Vonage / Nexmo',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:authorization}',
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      claims: [{ claim: 'iss', is: ['Vonage'] }],
      binds: [{ claim: 'payload_hash', of: '{body}', encoding: 'hex', iffBody: true }],
      times: { required: ['iat'], leewaySeconds: 60, ageSecondsMax: 300 },
    },
  ],
  events: {
    prefix: 'com.vonage',
    bodies: ['json', 'empty'],
    token: { at: '{header:authorization}', prefix: 'Bearer ' },
    id: ['{claim:jti}', '{json:message_uuid}'],
    dedupe: ['{json:message_uuid}|{json:status?}|{json:timestamp?}'],
    type: ['{json:channel}.{json:status}', '{json:status}', '{json:channel}'],
    typeDefault: 'message',
    subject: ['{json:message_uuid}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  links: [
    'https://developer.vonage.com/en/getting-started/concepts/webhooks',
    'https://github.com/Nexmo/nexmo-developer/blob/HEAD/_documentation/en/messages/concepts/signed-webhooks.md',
  ],
  evidence: 'vector',
});
