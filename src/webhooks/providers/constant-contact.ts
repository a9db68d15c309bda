import { defineProvider } from '../provider.ts';

/** Constant Contact V3: a detached JWS. Secret: the URL of its key set, or the key. */
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
  events: { prefix: 'com.constantcontact', type: ['{json:event_type}', '{json:topic}'] },
  links: ['https://developer.constantcontact.com/api_guide/webhooks_overview.html'],
  evidence: 'third-party',
});
