import { defineProvider } from '../provider.ts';

/** Mollie's next-generation webhooks. The classic ones are unsigned and only name a resource to fetch. */
export const mollie = defineProvider({
  id: 'mollie',
  name: 'Mollie',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-mollie-signature}'],
        encoding: 'hex',
        format: { kind: 'list', separator: ',', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.mollie',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:entityId}'],
    time: { at: ['{json:createdAt}'], unit: 'iso' },
  },
  timeBudgetSeconds: 15,
  rotation: 'both signatures are sent while a secret is replaced',
  links: [
    'https://docs.mollie.com/reference/webhooks-best-practices',
    'https://github.com/mollie/mollie-api-php/blob/HEAD/src/Webhooks/SignatureValidator.php',
  ],
  evidence: 'sdk',
});
