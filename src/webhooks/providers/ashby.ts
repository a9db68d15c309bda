import { defineProvider } from '../provider.ts';

/** Ashby. */
export const ashby = defineProvider({
  id: 'ashby',
  name: 'Ashby',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:ashby-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.ashbyhq',
    id: ['{json:data.application.id}-{json:action}', '{json:data.id}-{json:action}'],
    dedupe: 'content',
    type: ['{json:action}'],
  },
  links: ['https://developers.ashbyhq.com/docs/authenticating-webhooks'],
  evidence: 'docs',
});
