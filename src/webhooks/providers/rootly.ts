import { defineProvider } from '../provider.ts';

/** Rootly. */
export const rootly = defineProvider({
  id: 'rootly',
  name: 'Rootly',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-rootly-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.rootly',
    id: ['{json:event.id}'],
    type: ['{json:event.type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:event.issued_at}'], unit: 'iso' },
  },
  links: ['https://docs.rootly.com/integrations/webhooks', 'https://docs.rootly.com/configuration/webhooks'],
  evidence: 'docs',
});
