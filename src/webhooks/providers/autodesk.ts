import { defineProvider } from '../provider.ts';

/** Autodesk Platform Services: SHA-1. */
export const autodesk = defineProvider({
  id: 'autodesk',
  name: 'Autodesk Platform Services',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: {
        at: ['{header:x-adsk-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha1hash=' },
      },
      signed: '{body}',
    },
  ],
  events: { prefix: 'com.autodesk', type: ['{json:hook.event}'], subject: ['{json:resourceUrn}'] },
  links: ['https://aps.autodesk.com/en/docs/webhooks/v1/developers_guide/callback_security/'],
  evidence: 'third-party',
});
