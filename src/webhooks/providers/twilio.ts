import { defineProvider } from '../provider.ts';

/**
 * Twilio. Names and values run together unseparated, so they could be split anew: the key is the whole signed
 * text, not an id in it.
 */
export const twilio = defineProvider({
  id: 'twilio',
  name: 'Twilio',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-twilio-signature}'], encoding: 'base64' },
      signed: [
        '{canonical:twilio-url}{canonical:twilio-form}',
        '{canonical:twilio-url-port}{canonical:twilio-form}',
        '{canonical:twilio-url-legacy}{canonical:twilio-form}',
        '{canonical:twilio-url-port-legacy}{canonical:twilio-form}',
        '{url}{canonical:twilio-form}',
      ],
    },
  ],
  events: {
    prefix: 'com.twilio',
    bodies: ['form', 'json', 'empty'],
    id: [
      '{form:MessageSid}-{form:MessageStatus}',
      '{form:MessageSid}',
      '{form:CallSid}-{form:CallStatus}',
      '{form:CallSid}',
      '{json:id}',
    ],
    dedupe: ['{canonical:twilio-url-legacy}{canonical:twilio-form}'],
    type: [
      'message.{form:MessageStatus}',
      'message.{form:SmsStatus}',
      'call.{form:CallStatus}',
      '{json:type}',
    ],
    typeDefault: 'request',
    subject: ['{form:AccountSid}'],
  },
  wantedAnswer: { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response></Response>' },
  timeBudgetSeconds: 15,
  rotation: 'a secondary auth token is promoted: configure both meanwhile',
  links: ['https://www.twilio.com/docs/usage/security'],
  evidence: 'vector',
});
