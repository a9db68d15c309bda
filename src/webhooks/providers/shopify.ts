import { defineProvider } from '../provider.ts';

/** Shopify. Topic and ids are unsigned headers, in two families: with and (2026) without the `X-`. */
export const shopify = defineProvider({
  id: 'shopify',
  name: 'Shopify',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-shopify-hmac-sha256}', '{header:shopify-hmac-sha256}'],
        encoding: 'base64',
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.shopify',
    id: [
      '{header:x-shopify-event-id}',
      '{header:x-shopify-webhook-id}',
      '{header:shopify-event-id}',
      '{header:shopify-webhook-id}',
    ],
    type: ['{header:x-shopify-topic}', '{header:shopify-topic}'],
    subject: ['{json:admin_graphql_api_id}', '{json:id}'],
    time: { at: ['{json:updated_at}', '{json:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 5,
  rotation: 'client secret: configure the old and the new one while both are valid',
  links: ['https://shopify.dev/docs/apps/build/webhooks/subscribe/https'],
  evidence: 'vector',
});
