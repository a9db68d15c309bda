import { defineProvider } from '../provider.ts';

/** Vercel: SHA-1, not SHA-256. */
export const vercel = defineProvider({
  id: 'vercel',
  name: 'Vercel',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-vercel-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.vercel',
    id: ['{json:id}'],
    type: ['{json:type}'],
    time: { at: ['{json:createdAt}'], unit: 'ms' },
  },
  timeBudgetSeconds: 30,
  links: [
    'https://vercel.com/docs/webhooks/webhooks-api',
    'https://github.com/vercel/example-marketplace-integration/blob/HEAD/app/webhook/route.ts',
  ],
  evidence: 'sdk',
});
