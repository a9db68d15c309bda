import { defineProvider } from '../provider.ts';

/** Netlify: a token that binds the digest of the body, without times: only the key stops a replay. */
export const netlify = defineProvider({
  id: 'netlify',
  name: 'Netlify',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:x-webhook-signature}',
      algorithms: ['HS256'],
      claims: [{ claim: 'iss', is: ['netlify'] }],
      binds: [{ claim: 'sha256', of: '{body}', encoding: 'hex' }],
      times: { required: [], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'com.netlify',
    id: ['{json:id}-{json:state}'],
    dedupe: 'content',
    type: ['{header:x-netlify-event}', '{json:state}'],
    subject: ['{json:site_id}'],
  },
  links: ['https://docs.netlify.com/deploy/deploy-notifications/'],
  evidence: 'third-party',
});
