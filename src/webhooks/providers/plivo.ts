import { defineProvider } from '../provider.ts';

/** Plivo V3. Names and values run together unseparated: the signed text is the key. */
export const plivo = defineProvider({
  id: 'plivo',
  name: 'Plivo V3',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-plivo-signature-v3}'],
        encoding: 'base64',
        format: { kind: 'list', separator: ',' },
      },
      signed: '{canonical:plivo}.{header:x-plivo-signature-v3-nonce}',
    },
  ],
  events: {
    prefix: 'com.plivo',
    bodies: ['form', 'empty'],
    dedupe: ['{canonical:plivo}'],
    type: ['call.{form:CallStatus}', 'message.{form:Status}'],
    typeDefault: 'request',
    subject: ['{form:CallUUID}', '{form:MessageUUID}'],
  },
  wantedAnswer: { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response></Response>' },
  links: ['https://www.plivo.com/docs/voice/concepts/signature-validation'],
  evidence: 'sdk',
});
