import { defineProvider } from '../provider.ts';

/** Mux. */
export const mux = defineProvider({
  id: 'mux',
  name: 'Mux',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:mux-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.mux',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:object.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 5,
  links: ['https://www.mux.com/docs/core/verify-webhook-signatures'],
  evidence: 'vector',
});
