import { defineProvider } from '../provider.ts';

/** Kinde: the body is the token; the secret is the address of your Kinde business. */
export const kinde = defineProvider({
  id: 'kinde',
  name: 'Kinde',
  schemes: [
    {
      kind: 'jwt',
      at: '{body}',
      algorithms: ['RS256'],
      key: { from: 'jwks', url: '{secret}/.well-known/jwks.json' },
      keyParts: ['issuer'],
      times: { required: [], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'com.kinde',
    bodies: ['token'],
    id: ['{json:event_id}'],
    type: ['{json:type}'],
    subject: ['{json:data.user.id}'],
    time: { at: ['{json:event_timestamp}', '{json:timestamp}'], unit: 'iso' },
  },
  links: [
    'https://docs.kinde.com/integrate/webhooks/about-webhooks/',
    'https://github.com/kinde-oss/documentation/blob/HEAD/src/content/docs/integrate/webhooks/about-webhooks.mdx',
  ],
  evidence: 'docs',
});
