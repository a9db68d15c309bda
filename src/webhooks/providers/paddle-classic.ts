import { defineProvider } from '../provider.ts';

/** Paddle Classic: the form, serialised as PHP would, signed with RSA. */
export const paddleClassic = defineProvider({
  id: 'paddle-classic',
  name: 'Paddle Classic',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'rsa-sha1',
      signature: { at: ['{form:p_signature}'], encoding: 'base64' },
      signed: '{canonical:php-form}',
      key: { from: 'secret', form: 'spki' },
    },
  ],
  events: {
    prefix: 'com.paddle.classic',
    bodies: ['form'],
    id: ['{form:alert_id}'],
    type: ['{form:alert_name}'],
  },
  links: [
    'https://developer.paddle.com/classic/reference/verify-webhooks',
    'https://classic.paddle.com/webhooks/verifying-webhooks/',
  ],
  evidence: 'docs',
});
