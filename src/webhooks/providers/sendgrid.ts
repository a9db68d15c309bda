import { defineProvider } from '../provider.ts';

/** SendGrid Event Webhook: a batch; the line break after each event is part of what is signed. */
export const sendgrid = defineProvider({
  id: 'sendgrid',
  name: 'SendGrid Event Webhook',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ecdsa-p256-sha256',
      signature: { at: ['{header:x-twilio-email-event-webhook-signature}'], encoding: 'base64' },
      signed: '{timestamp}{body}',
      key: { from: 'secret', form: 'spki' },
      timestamp: { at: '{header:x-twilio-email-event-webhook-timestamp}', unit: 's', toleranceSeconds: null },
    },
  ],
  events: {
    prefix: 'com.sendgrid',
    batch: [''],
    id: ['{item:sg_event_id}'],
    type: ['{item:event}'],
    subject: ['{item:sg_message_id}'],
    time: { at: ['{item:timestamp}'], unit: 's' },
  },
  links: [
    'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  ],
  evidence: 'vector',
});
