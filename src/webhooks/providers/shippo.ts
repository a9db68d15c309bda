import { defineProvider } from '../provider.ts';

/** Shippo signs on request only; else a token of your own in the URL (`?token=`). */
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
    {
      kind: 'static-token',
      at: ['{query:token}'],
      written: ['plain'],
      requires: [{ at: '{header:shippo-auth-signature}', absent: true }],
    },
  ],
  events: { prefix: 'com.goshippo', type: ['{json:event}'], subject: ['{json:data.object_id}'] },
  links: ['https://docs.goshippo.com/docs/tracking/webhooksecurity/'],
  evidence: 'third-party',
});
