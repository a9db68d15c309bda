import { defineProvider } from '../provider.ts';

/** Formstack. */
export const formstack = defineProvider({
  id: 'formstack',
  name: 'Formstack',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-fs-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.formstack',
    bodies: ['json', 'form'],
    type: [],
    typeDefault: 'submission',
    subject: ['{json:FormID}'],
  },
  links: ['https://help.formstack.com/hc/en-us/articles/360019520171'],
  evidence: 'third-party',
});
