import { defineProvider } from '../provider.ts';

/** Box: two headers for two keys, so that either can be replaced. */
export const box = defineProvider({
  id: 'box',
  name: 'Box',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:box-signature-primary}', '{header:box-signature-secondary}'],
        encoding: 'base64',
      },
      signed: '{body}{timestamp}',
      timestamp: { at: '{header:box-delivery-timestamp}', unit: 'iso', toleranceSeconds: 600 },
      keyParts: ['primary', 'secondary'],
      requires: [
        { at: '{header:box-signature-version}', equals: '1' },
        { at: '{header:box-signature-algorithm}', equals: 'HmacSHA256' },
      ],
    },
  ],
  events: {
    prefix: 'com.box',
    id: ['{json:id}', '{header:box-delivery-id}'],
    type: ['{json:trigger}'],
    subject: ['{json:source.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 30,
  rotation: 'a primary and a secondary key, each with a header',
  links: ['https://developer.box.com/guides/webhooks/v2/signatures-v2/'],
  evidence: 'vector',
});
