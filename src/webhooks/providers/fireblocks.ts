import { defineProvider } from '../provider.ts';

/**
 * Fireblocks: a detached JWS (the URL of the environment's key set as secret, such as https://keys.fireblocks.io/.well-known/jwks.json),
 * or, until 2026, RSA with the environment's published key (a PEM as secret).
 */
export const fireblocks = defineProvider({
  id: 'fireblocks',
  name: 'Fireblocks',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'rsa-sha512',
      signature: { at: ['{header:fireblocks-signature}'], encoding: 'base64' },
      signed: '{body}',
      key: { from: 'secret', form: 'spki' },
      secretPrefix: '-----BEGIN ',
    },
    {
      kind: 'jwt',
      at: '{header:fireblocks-webhook-signature}',
      algorithms: ['RS512'],
      key: { from: 'jwks', url: '{secret}' },
      detached: true,
      times: { required: [], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'com.fireblocks',
    id: ['{json:id}', '{json:data.id}-{json:data.status}'],
    dedupe: 'content',
    type: ['{json:eventType}', '{json:type}'],
    subject: ['{json:resourceId}', '{json:data.id}'],
    time: { at: ['{json:createdAt}', '{json:timestamp}'], unit: 'ms' },
  },
  links: [
    'https://developers.fireblocks.com/reference/validating-webhooks',
    'https://developers.fireblocks.com/reference/verify-requests',
  ],
  evidence: 'docs',
});
