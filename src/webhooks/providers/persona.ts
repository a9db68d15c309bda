import { defineProvider } from '../provider.ts';

/** Persona: a group of time and signature for each key. */
export const persona = defineProvider({
  id: 'persona',
  name: 'Persona',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:persona-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1', groups: ' ' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.withpersona',
    id: ['{json:data.id}'],
    type: ['{json:data.attributes.name}'],
    subject: ['{json:data.attributes.payload.data.id}'],
    time: { at: ['{json:data.attributes.created-at}'], unit: 'iso' },
  },
  rotation: 'a group for each key, separated by spaces',
  links: [
    'https://docs.withpersona.com/webhooks-best-practices',
    'https://docs.withpersona.com/docs/webhooks-best-practices',
  ],
  evidence: 'docs',
});
