import { defineProvider } from '../provider.ts';

/** Recurly (JSON): milliseconds first, then one signature a key. */
export const recurly = defineProvider({
  id: 'recurly',
  name: 'Recurly (JSON)',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:recurly-signature}'],
        encoding: 'hex',
        format: { kind: 'positional', separator: ',' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.recurly',
    id: ['{json:uuid}', '{json:id}'],
    type: ['{json:object_type}.{json:event_type}'],
    time: { at: ['{json:event_time}'], unit: 'iso' },
  },
  rotation: 'a second signature for 24 hours',
  links: ['https://docs.recurly.com/recurly-subscriptions/docs/signature-verification'],
  evidence: 'docs',
});
