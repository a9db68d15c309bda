import { defineProvider } from '../provider.ts';

/**
 * Sanity GROQ webhooks: base64url, whose last character must be the canonical one. Comma or space separates the pairs. A projection may leave
 * so little of a document that each change has the same body: the signed time tells them apart.
 */
export const sanity = defineProvider({
  id: 'sanity',
  name: 'Sanity GROQ webhooks',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:sanity-webhook-signature}'],
        encoding: 'base64url',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 'ms', toleranceSeconds: null },
    },
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:sanity-webhook-signature}'],
        encoding: 'base64url',
        format: { kind: 'pairs', separator: ' ', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 'ms', toleranceSeconds: null },
    },
  ],
  events: {
    prefix: 'io.sanity',
    id: ['{header:idempotency-key}'],
    dedupe: ['{canonical:sanity-time}|{body-sha256}'],
    type: ['{header:sanity-operation}'],
    typeDefault: 'change',
    subject: ['{json:_id}'],
  },
  links: ['https://www.sanity.io/docs/content-lake/webhooks'],
  evidence: 'vector',
});
