import { defineProvider } from '../provider.ts';

/**
 * monday.com: a token for the URL; the body is not bound. Webhooks made in its interface are unsigned, and
 * refused.
 */
export const monday = defineProvider({
  id: 'monday',
  name: 'monday.com',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:authorization}',
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      claims: [{ claim: 'aud', is: ['{url}', '{endpoint}'] }],
      times: { required: ['exp'], leewaySeconds: 60 },
    },
  ],
  handshakes: [
    {
      when: [{ at: '{json:challenge}' }],
      onlyMembers: ['challenge'],
      challenge: '{json:challenge}',
      answer: { status: 200, json: { challenge: '{challenge}' } },
    },
  ],
  events: {
    prefix: 'com.monday',
    id: ['{json:event.triggerUuid}'],
    type: ['{json:event.type}'],
    subject: ['{json:event.pulseId}'],
    time: { at: ['{json:event.triggerTime}'], unit: 'iso' },
  },
  timeBudgetSeconds: 180,
  links: [
    'https://developer.monday.com/api-reference/docs/webhooks-1',
    'https://github.com/mondaycom/welcome-apps/blob/HEAD/apps/github-monday-code/src/middlewares/authentication.js',
  ],
  evidence: 'sdk',
});
