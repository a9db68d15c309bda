import { defineProvider, type Scheme } from '../provider.ts';
import type { KeyForm } from '../secret.ts';

const keyed = (key: KeyForm): Scheme => ({
  kind: 'hmac',
  hash: 'SHA-512',
  signature: {
    at: ['{header:x-anet-signature}'],
    encoding: 'hex',
    format: { kind: 'bare', prefix: 'sha512=' },
  },
  signed: '{body}',
  key,
});

/** Authorize.Net: SHA-512, in capitals. Receivers disagree whether the key is what the signature key's hex says, or its text: either will do. */
export const authorizeNet = defineProvider({
  id: 'authorize-net',
  name: 'Authorize.Net',
  schemes: [keyed('hex'), keyed('utf8')],
  events: {
    prefix: 'net.authorize',
    id: ['{json:notificationId}'],
    type: ['{json:eventType}'],
    subject: ['{json:payload.id}'],
    time: { at: ['{json:eventDate}'], unit: 'iso' },
  },
  links: ['https://developer.authorize.net/api/reference/features/webhooks.html'],
  evidence: 'third-party',
});
