import { defineProvider } from '../provider.ts';

/** Onfido. */
export const onfido = defineProvider({
  id: 'onfido',
  name: 'Onfido',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-sha2-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.onfido',
    id: ['{json:payload.object.id}-{json:payload.action}'],
    dedupe: 'content',
    type: ['{json:payload.action}'],
    subject: ['{json:payload.object.id}'],
    time: { at: ['{json:payload.object.completed_at_iso8601}'], unit: 'iso' },
  },
  links: ['https://documentation.onfido.com/api/latest/#webhooks'],
  evidence: 'vector',
});
