import { defineProvider } from '../provider.ts';

/** Wix: the body is the token. */
export const wix = defineProvider({
  id: 'wix',
  name: 'Wix',
  schemes: [
    {
      kind: 'jwt',
      at: '{body}',
      algorithms: ['RS256'],
      key: { from: 'secret', form: 'spki' },
      times: { required: [], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'com.wix',
    bodies: ['token'],
    id: ['{json:eventId}', '{json:instanceId}-{json:eventType}-{claim:iat}'],
    dedupe: 'content',
    type: ['{json:eventType}'],
    subject: ['{json:instanceId}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 1.25,
  links: [
    'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
  ],
  evidence: 'third-party',
});
