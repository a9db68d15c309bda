import { defineProvider } from '../provider.ts';

/** Sentry integration platform; requests of its interface have a header of their own. The time in the header is not signed, and not judged. */
export const sentry = defineProvider({
  id: 'sentry',
  name: 'Sentry integration platform',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:sentry-hook-signature}', '{header:sentry-app-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'io.sentry',
    id: ['{header:request-id}'],
    type: ['{header:sentry-hook-resource}.{json:action}', '{header:sentry-hook-resource}'],
  },
  timeBudgetSeconds: 1,
  links: [
    'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
    'https://github.com/getsentry/integration-platform-example/blob/HEAD/backend-ts/src/api/middleware/verifySentrySignature.ts',
  ],
  evidence: 'sdk',
});
