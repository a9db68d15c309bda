import { defineProvider } from '../provider.ts';

/** Maxio, once Chargify: a form. The signature can be had in the URL as well (`?signature={signature_hmac_sha_256}`). */
export const chargify = defineProvider({
  id: 'chargify',
  name: 'Maxio / Chargify',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-chargify-webhook-signature-hmac-sha-256}', '{query:signature}'],
        encoding: 'hex',
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.chargify',
    bodies: ['form', 'json'],
    id: ['{form:id}', '{header:x-chargify-webhook-id}'],
    type: ['{form:event}', '{json:event}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 15,
  links: [
    'https://docs.maxio.com/hc/en-us/articles/24286723085197',
    'https://github.com/maxio-com/stoplight-platform-developer-docs/blob/HEAD/docs/basics/Sync.md',
  ],
  evidence: 'docs',
});
