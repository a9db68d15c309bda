import { defineProvider } from '../provider.ts';

/** FusionAuth: a token that binds the body. Secret: the URL of the key set, a public key, or the HMAC key. */
export const fusionauth = defineProvider({
  id: 'fusionauth',
  name: 'FusionAuth',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:x-fusionauth-signature-jwt}',
      algorithms: ['RS256', 'ES256', 'HS256', 'HS384', 'HS512'],
      key: { from: 'jwks', url: '{secret}' },
      binds: [{ claim: 'request_body_sha256', of: '{body}', encoding: 'base64' }],
      times: { required: [], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'io.fusionauth',
    id: ['{json:event.id}'],
    type: ['{json:event.type}'],
    time: { at: ['{json:event.createInstant}'], unit: 'ms' },
  },
  links: [
    'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
    'https://github.com/FusionAuth/fusionauth-site/blob/HEAD/astro/src/content/docs/extend/events-and-webhooks/signing.mdx',
  ],
  evidence: 'docs',
});
