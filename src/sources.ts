// The declared sources: whose webhooks this box takes, and the names of the secrets that prove them.
// A declared source's secrets must be set before the Worker starts; README.md shows the declaration for the other providers.
import { defineSource, type Source } from './core/source.ts';

export const sources: readonly Source[] = [
  defineSource({
    name: 'shopify-orders',
    provider: 'shopify',
    secrets: ['SHOPIFY_WEBHOOK_SECRET'],
    rate: { limit: 1200, windowSeconds: 60, burst: 600 },
  }),
  defineSource({
    name: 'hr-events',
    provider: 'standardwebhooks',
    secrets: ['HR_WEBHOOK_SECRET'],
    rate: { limit: 60, windowSeconds: 60 },
  }),
];
