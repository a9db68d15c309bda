import { defineProvider } from '../provider.ts';

/** Greenhouse: the name of the hash and a space before the signature. */
export const greenhouse = defineProvider({
  id: 'greenhouse',
  name: 'Greenhouse',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:signature}'], encoding: 'hex', format: { kind: 'bare', prefix: 'sha256 ' } },
      signed: '{body}',
    },
  ],
  events: { prefix: 'io.greenhouse', id: ['{header:greenhouse-event-id}'], type: ['{json:action}'] },
  links: [
    'https://developers.greenhouse.io/webhooks.html',
    'https://github.com/grnhse/greenhouse-api-docs/blob/HEAD/source/includes/webhooks/_introduction.md',
  ],
  evidence: 'docs',
});
