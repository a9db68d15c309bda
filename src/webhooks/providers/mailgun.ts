import { defineProvider } from '../provider.ts';

/**
 * Mailgun signs a token and the time, not the body: only the token can tell deliveries apart. Events of a subaccount are signed
 * with the parent account's key as well. Routes post forms, whose fields are signed alike.
 */
export const mailgun = defineProvider({
  id: 'mailgun',
  name: 'Mailgun',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{json:signature.signature}', '{json:signature.parent-signature}'],
        encoding: 'hex',
      },
      signed: '{json:signature.timestamp}{json:signature.token}',
      timestamp: { at: '{json:signature.timestamp}', unit: 's', toleranceSeconds: 900 },
    },
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{form:signature}'], encoding: 'hex' },
      signed: '{form:timestamp}{form:token}',
      timestamp: { at: '{form:timestamp}', unit: 's', toleranceSeconds: 900 },
    },
  ],
  events: {
    prefix: 'com.mailgun',
    bodies: ['json', 'form', 'multipart'],
    id: ['{json:event-data.id}', '{json:signature.token}', '{form:token}'],
    dedupe: ['{json:signature.token}', '{form:token}'],
    type: ['{json:event-data.event}'],
    typeDefault: 'route',
    subject: ['{json:event-data.recipient}', '{form:recipient}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: ['https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks'],
  evidence: 'docs',
});
