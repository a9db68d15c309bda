import { defineProvider } from '../provider.ts';

/**
 * Constant Contact V3: a detached JWS, whose payload is not encoded. Secret: the URL of its key set
 * (https://developer.constantcontact.com/.well-known/jwks.json), or the key. A body says what happened to which account, but not when.
 */
export const constantContact = defineProvider({
  id: 'constant-contact',
  name: 'Constant Contact V3',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:x-ctct-webhook-sig}',
      algorithms: ['RS256'],
      key: { from: 'jwks', url: '{secret}' },
      detached: true,
      times: { required: [], leewaySeconds: 60, ageSecondsMax: 300, headerTime: 'ts' },
    },
  ],
  events: {
    prefix: 'com.constantcontact',
    type: ['{json:event_type}', '{json:topic}'],
    repeatsAfterSeconds: 60,
  },
  links: [
    'https://developer.constantcontact.com/api_guide/webhooks_overview.html',
    'https://v3.developer.constantcontact.com/api_guide/webhook_authenticity.html',
  ],
  evidence: 'docs',
});
