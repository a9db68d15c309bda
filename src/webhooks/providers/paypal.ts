import { defineProvider } from '../provider.ts';

/**
 * PayPal signs a CRC-32 of the body, which anyone can keep while changing the body: the transmission id is the
 * key.
 */
export const paypal = defineProvider({
  id: 'paypal',
  name: 'PayPal',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'rsa-sha256',
      signature: { at: ['{header:paypal-transmission-sig}'], encoding: 'base64' },
      signed: [
        '{header:paypal-transmission-id}|{header:paypal-transmission-time}|{secret}|{canonical:crc32}',
      ],
      key: {
        from: 'certificate',
        url: '{header:paypal-cert-url}',
        host: 'api(-m)?(\\.sandbox)?\\.paypal\\.com',
        path: '/v1/notifications/certs/[A-Za-z0-9_-]+',
      },
      keyParts: ['webhookId'],
      requires: [{ at: '{header:paypal-auth-algo}', equals: 'SHA256withRSA' }],
    },
  ],
  events: {
    prefix: 'com.paypal',
    id: ['{json:id}'],
    dedupe: ['{header:paypal-transmission-id}'],
    type: ['{json:event_type}'],
    subject: ['{json:resource.id}'],
    time: { at: ['{json:create_time}'], unit: 'iso' },
  },
  links: [
    'https://developer.paypal.com/api/rest/webhooks/rest/',
    'https://github.com/paypal/PayPal-Python-SDK/blob/HEAD/paypalrestsdk/notifications.py',
  ],
  evidence: 'vector',
});
