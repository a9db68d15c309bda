import { defineProvider } from '../provider.ts';

/** Stripe. The secret is used with its `whsec_`; `v0` signatures are made for tests and are not judged. */
export const stripe = defineProvider({
  id: 'stripe',
  name: 'Stripe',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:stripe-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.stripe',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:data.object.id}', '{json:related_object.id}'],
    time: { at: ['{json:created}'], unit: 's-or-iso' },
  },
  timeBudgetSeconds: 20,
  rotation: 'two v1 signatures while a roll lasts, at most 24 hours',
  links: ['https://docs.stripe.com/webhooks/signature'],
  evidence: 'vector',
});
