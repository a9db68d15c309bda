import { defineProvider } from '../provider.ts';

/** Okta event hooks. */
export const okta = defineProvider({
  id: 'okta',
  name: 'Okta event hooks',
  schemes: [
    { kind: 'static-token', at: ['{header:authorization}'], written: ['plain', 'bearer'], ownHeader: true },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{header:x-okta-verification-challenge}' }],
      challenge: '{header:x-okta-verification-challenge}',
      charset: 'phrase',
      answer: { status: 200, json: { verification: '{challenge}' } },
    },
  ],
  events: {
    prefix: 'com.okta',
    batch: ['data.events'],
    id: ['{item:uuid}', '{json:eventId}'],
    type: ['{item:eventType}', '{json:eventType}'],
    time: { at: ['{item:published}', '{json:eventTime}'], unit: 'iso' },
  },
  timeBudgetSeconds: 3,
  links: [
    'https://developer.okta.com/docs/concepts/event-hooks/',
    'https://github.com/okta/okta-developer-docs/blob/HEAD/packages/@okta/vuepress-site/docs/concepts/event-hooks/index.md',
  ],
  evidence: 'docs',
});
