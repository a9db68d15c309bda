import { defineProvider } from '../provider.ts';

/** Contentful signs method, path, the headers it lists, and the body. */
export const contentful = defineProvider({
  id: 'contentful',
  name: 'Contentful',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-contentful-signature}'], encoding: 'hex' },
      signed: '{canonical:contentful}',
      timestamp: { at: '{header:x-contentful-timestamp}', unit: 'ms', toleranceSeconds: 30 },
    },
  ],
  events: {
    prefix: 'com.contentful',
    jsonTypes: ['application/vnd.contentful.management.v1+json'],
    id: ['{header:x-contentful-idempotency-key}', '{json:sys.id}'],
    dedupe: 'content',
    type: ['{header:x-contentful-topic}'],
    subject: ['{json:sys.id}'],
    time: { at: ['{json:sys.updatedAt}'], unit: 'iso' },
  },
  timeBudgetSeconds: 30,
  links: ['https://www.contentful.com/developers/docs/extensibility/app-framework/request-verification/'],
  evidence: 'sdk',
});
