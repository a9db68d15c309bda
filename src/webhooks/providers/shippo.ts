import { defineProvider } from '../provider.ts';

/** Shippo. */
export const shippo = defineProvider({
  id: 'shippo',
  name: 'Shippo',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:shippo-auth-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: { prefix: 'com.goshippo', type: ['{json:event}'], subject: ['{json:data.object_id}'] },
  links: ['https://docs.goshippo.com/docs/tracking/webhooksecurity/'],
  evidence: 'third-party',
});
