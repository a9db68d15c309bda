import { defineProvider } from '../provider.ts';

/** Inngest's calls to an app: the body as sent or in canonical JSON, and the time. */
export const inngest = defineProvider({
  id: 'inngest',
  name: 'Inngest (calls to app)',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-inngest-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: '&', signature: 's' },
      },
      signed: ['{body}{timestamp}', '{canonical:json}{timestamp}'],
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
      key: 'signkey',
    },
  ],
  events: {
    prefix: 'com.inngest',
    type: ['{json:event.name}'],
    typeDefault: 'call',
    subject: ['{json:ctx.run_id}'],
  },
  rotation: 'a signing key and a fallback: configure both',
  links: ['https://www.inngest.com/docs/platform/signing-keys'],
  evidence: 'sdk',
});
