import { defineProvider } from '../provider.ts';

/** Affirm: SHA-512. */
export const affirm = defineProvider({
  id: 'affirm',
  name: 'Affirm',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-512',
      signature: {
        at: ['{header:x-affirm-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v0' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.affirm',
    bodies: ['json', 'form'],
    type: ['{json:event}', '{json:event_type}', '{form:event}'],
  },
  links: [
    'https://docs.affirm.com/developers/docs/webhooks',
    'https://docs.affirm.com/developers/docs/checking-webhook-signatures',
  ],
  evidence: 'docs',
});
