import { defineProvider } from '../provider.ts';

/** Doppler: a change says which config changed, or what its owner wrote; the next one says the same. */
export const doppler = defineProvider({
  id: 'doppler',
  name: 'Doppler',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-doppler-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.doppler',
    repeatsAfterSeconds: 60,
    type: ['{json:type}'],
    subject: ['{json:project.id}'],
  },
  links: ['https://docs.doppler.com/docs/webhooks'],
  evidence: 'third-party',
});
