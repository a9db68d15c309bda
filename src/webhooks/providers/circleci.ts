import { defineProvider } from '../provider.ts';

/** CircleCI. */
export const circleci = defineProvider({
  id: 'circleci',
  name: 'CircleCI',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:circleci-signature}'],
        encoding: 'hex',
        format: { kind: 'list', separator: ',', prefix: 'v1=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.circleci',
    id: ['{json:id}'],
    type: ['{json:type}', '{header:circleci-event-type}'],
    subject: ['{json:project.slug}'],
    time: { at: ['{json:happened_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 5,
  links: [
    'https://circleci.com/docs/guides/integration/outbound-webhooks/',
    'https://github.com/circleci/circleci-docs/blob/HEAD/docs/guides/modules/integration/pages/outbound-webhooks.adoc',
  ],
  evidence: 'vector',
});
