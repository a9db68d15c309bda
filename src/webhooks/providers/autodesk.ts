import { defineProvider } from '../provider.ts';

/** Autodesk Platform Services: SHA-1. Those of its data (Manufacturing, AEC) are CloudEvents. */
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
  events: {
    prefix: 'com.autodesk',
    id: ['{json:id}'],
    dedupe: ['{json:source}|{json:id}'],
    type: ['{json:hook.event}', '{json:type}'],
    subject: ['{json:resourceUrn}', '{json:subject}'],
    time: { at: ['{json:time}'], unit: 'iso' },
  },
  timeBudgetSeconds: 6,
  links: [
    'https://aps.autodesk.com/en/docs/webhooks/v1/developers_guide/callback_security/',
    'https://aps.autodesk.com/en/docs/webhooks/v1/overview/basics',
    'https://github.com/autodesk-platform-services/aps-webhooks-signature',
  ],
  evidence: 'sdk',
});
