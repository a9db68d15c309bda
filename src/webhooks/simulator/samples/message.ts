// Twilio, SendGrid, Mailgun: messages and mails.
import { secondsOf, type Fresh, type Sample, type Samples } from '../sample.ts';

const account = 'AC00000000000000000000000000000001';

/** twilio.com/docs/messaging/guides/webhook-request: forms, whose names and values are signed with the URL. */
function twilioForm(fresh: Fresh, form: Readonly<Record<string, string>>): Sample {
  return {
    headers: { 'User-Agent': 'TwilioProxy/1.1', 'I-Twilio-Idempotency-Token': `sample-${fresh.id}` },
    form: { AccountSid: account, ApiVersion: '2010-04-01', ...form },
  };
}

function sms(fresh: Fresh): Sample {
  const sid = `SM${fresh.id}`;
  return twilioForm(fresh, {
    MessageSid: sid,
    SmsMessageSid: sid,
    SmsSid: sid,
    SmsStatus: 'received',
    From: '+15005550006',
    To: '+15005550009',
    FromCountry: 'US',
    ToCountry: 'US',
    Body: 'Is the line clear?',
    NumMedia: '0',
    NumSegments: '1',
  });
}

export const twilio: Samples = {
  sms,
  'message.delivered': (fresh) =>
    twilioForm(fresh, {
      MessageSid: `SM${fresh.id}`,
      SmsSid: `SM${fresh.id}`,
      MessageStatus: 'delivered',
      SmsStatus: 'delivered',
      From: '+15005550009',
      To: '+15005550006',
    }),
  'call.ringing': (fresh) =>
    twilioForm(fresh, {
      CallSid: `CA${fresh.id}`,
      CallStatus: 'ringing',
      Direction: 'inbound',
      From: '+15005550006',
      To: '+15005550009',
    }),
};

/** twilio.com/docs/sendgrid/for-developers/tracking-events/event: a list of what has happened, two things here. */
function sendgridBatch(fresh: Fresh, last: object): Sample {
  const common = {
    email: 'grace@example.com',
    'smtp-id': `<sample-${fresh.id.slice(0, 12)}@mail.example>`,
    sg_message_id: `sample${fresh.id.slice(0, 16)}.recvd-0000-1`,
    category: ['orders'],
  };
  return {
    headers: { 'User-Agent': 'SendGrid Event API' },
    json: [
      {
        ...common,
        timestamp: secondsOf(fresh) - 2,
        event: 'processed',
        sg_event_id: `p-${fresh.id.slice(0, 20)}`,
      },
      { ...common, timestamp: secondsOf(fresh), sg_event_id: `l-${fresh.id.slice(0, 20)}`, ...last },
    ],
  };
}

export const sendgrid: Samples = {
  delivered: (fresh) => sendgridBatch(fresh, { event: 'delivered', response: '250 OK' }),
  bounce: (fresh) =>
    sendgridBatch(fresh, {
      event: 'bounce',
      type: 'bounce',
      status: '5.1.1',
      reason: '550 5.1.1 The mailbox does not exist',
    }),
};

/** documentation.mailgun.com, "Webhooks": a token and the time are signed, the event is not. */
function mailgunEvent(fresh: Fresh, event: object): Sample {
  return {
    headers: { 'User-Agent': 'mailgun/treq' },
    json: {
      signature: { token: `${fresh.id}${fresh.id.slice(0, 18)}` },
      'event-data': {
        id: `sample-${fresh.id.slice(0, 22)}`,
        timestamp: secondsOf(fresh),
        recipient: 'grace@example.com',
        'recipient-domain': 'example.com',
        message: {
          headers: { 'message-id': `sample-${fresh.id.slice(0, 12)}@mail.example`, subject: 'Your order' },
        },
        tags: ['orders'],
        'user-variables': {},
        ...event,
      },
    },
  };
}

export const mailgun: Samples = {
  delivered: (fresh) =>
    mailgunEvent(fresh, { event: 'delivered', 'delivery-status': { code: 250, message: 'OK' } }),
  failed: (fresh) =>
    mailgunEvent(fresh, {
      event: 'failed',
      severity: 'permanent',
      'delivery-status': { code: 550, message: 'The mailbox does not exist' },
    }),
};
