import { defineProvider } from '../provider.ts';

/** fal.ai: keys are published; the secret is the id of your account, for which the request must be. */
export const fal = defineProvider({
  id: 'fal',
  name: 'fal.ai',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ed25519',
      signature: { at: ['{header:x-fal-webhook-signature}'], encoding: 'hex' },
      signed: '{header:x-fal-webhook-request-id}\n{header:x-fal-webhook-user-id}\n{timestamp}\n{body-sha256}',
      key: { from: 'jwks', url: 'https://rest.fal.ai/.well-known/jwks.json', host: 'rest\\.fal\\.ai' },
      timestamp: { at: '{header:x-fal-webhook-timestamp}', unit: 's', toleranceSeconds: 300 },
      account: { at: '{header:x-fal-webhook-user-id}', part: 'userId' },
    },
  ],
  events: {
    prefix: 'ai.fal',
    id: ['{header:x-fal-webhook-request-id}'],
    type: ['{json:status}'],
    subject: ['{json:gateway_request_id}'],
  },
  links: ['https://fal.ai/docs/model-apis/webhooks'],
  evidence: 'third-party',
});
