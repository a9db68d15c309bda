import { defineProvider } from '../provider.ts';

/**
 * eBay notifications: the key is fetched by its id with the application's login. The challenge is a digest of
 * code, token and address.
 */
export const ebay = defineProvider({
  id: 'ebay',
  name: 'eBay notifications',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ecdsa-p256-sha1',
      signature: { at: ['{canonical:ebay-signature}'], encoding: 'base64' },
      signed: '{body}',
      key: { from: 'ebay' },
      keyId: '{canonical:ebay-key-id}',
      keyParts: ['verificationToken'],
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:challenge_code}' }],
      challenge: '{query:challenge_code}',
      proof: {
        kind: 'digest',
        of: '{challenge}{secret}{endpoint}',
        encoding: 'hex',
        keyParts: ['verificationToken'],
      },
      answer: { status: 200, json: { challengeResponse: '{proof}' } },
    },
  ],
  events: {
    prefix: 'com.ebay',
    id: ['{json:notification.notificationId}'],
    type: ['{json:metadata.topic}'],
    time: { at: ['{json:notification.eventDate}'], unit: 'iso' },
  },
  rotation: 'by key id',
  links: [
    'https://developer.ebay.com/develop/guides-v2/marketplace-user-account-deletion',
    'https://github.com/eBay/event-notification-nodejs-sdk/blob/HEAD/lib/validator.js',
  ],
  evidence: 'vector',
});
