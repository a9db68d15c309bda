import { defineProvider } from '../provider.ts';

/** Segment: SHA-1. With batching on, Segment signs the first event alone: leave batching off. */
export const segment = defineProvider({
  id: 'segment',
  name: 'Segment webhooks destination',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.segment',
    id: ['{json:messageId}'],
    type: ['{json:type}'],
    subject: ['{json:userId}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  links: [
    'https://segment.com/docs/connections/destinations/catalog/actions-webhook/',
    'https://github.com/segmentio/segment-docs/blob/HEAD/src/connections/destinations/catalog/webhooks/index.md',
  ],
  evidence: 'docs',
});
