import { defineProvider } from '../provider.ts';

/** Keygen: an HTTP signature over method, path, host, date and digest. */
export const keygen = defineProvider({
  id: 'keygen',
  name: 'Keygen',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ed25519',
      signature: {
        at: ['{header:keygen-signature}'],
        encoding: 'base64',
        format: {
          kind: 'pairs',
          separator: ',',
          signature: 'signature',
          fields: { keyid: 'sample', algorithm: 'ed25519', headers: '(request-target) host date digest' },
        },
      },
      signed: '{canonical:http-signature}',
      key: { from: 'secret', form: 'raw-hex' },
      timestamp: { at: '{header:date}', unit: 'http-date', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'sh.keygen',
    jsonTypes: ['application/vnd.api+json'],
    id: ['{json:data.id}'],
    type: ['{json:data.attributes.event}'],
  },
  links: [
    'https://keygen.sh/docs/api/webhooks/',
    'https://github.com/keygen-sh/keygen-api/blob/HEAD/app/workers/webhook_worker.rb',
  ],
  evidence: 'sdk',
});
