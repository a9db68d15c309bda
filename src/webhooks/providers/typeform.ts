import { defineProvider } from '../provider.ts';

/** Typeform. */
export const typeform = defineProvider({
  id: 'typeform',
  name: 'Typeform',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:typeform-signature}'],
        encoding: 'base64',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.typeform',
    id: ['{json:event_id}'],
    type: ['{json:event_type}'],
    subject: ['{json:form_response.form_id}'],
    time: { at: ['{json:form_response.submitted_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 30,
  links: ['https://www.typeform.com/developers/webhooks/secure-your-webhooks/'],
  evidence: 'docs',
});
