import { defineProvider } from '../provider.ts';

/** Mailgun signs a token and the time, not the body: only the token can tell deliveries apart. */
export const mailgun = defineProvider({
  id: 'mailgun',
  name: 'Mailgun',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{json:signature.signature}'], encoding: 'hex' },
      signed: '{json:signature.timestamp}{json:signature.token}',
      timestamp: { at: '{json:signature.timestamp}', unit: 's', toleranceSeconds: 900 },
    },
  ],
  events: {
    prefix: 'com.mailgun',
    id: ['{json:event-data.id}', '{json:signature.token}'],
    dedupe: ['{json:signature.token}'],
    type: ['{json:event-data.event}'],
    subject: ['{json:event-data.recipient}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: ['https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks'],
  evidence: 'third-party',
});
