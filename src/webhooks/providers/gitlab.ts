import { defineProvider } from '../provider.ts';
import { standardWebhooks } from '../standard-webhooks.ts';

/**
 * GitLab: a signing token (2026) signs by Standard Webhooks; an older plain token is only shown, and never
 * judged where a signing token is configured.
 */
export const gitlab = defineProvider({
  id: 'gitlab',
  name: 'GitLab',
  schemes: [
    standardWebhooks('webhook'),
    { kind: 'static-token', at: ['{header:x-gitlab-token}'], written: ['plain'], secretPrefixNot: 'whsec_' },
  ],
  events: {
    prefix: 'com.gitlab',
    id: ['{header:webhook-id}', '{header:idempotency-key}', '{header:x-gitlab-event-uuid}'],
    type: ['{header:x-gitlab-event}', '{json:object_kind}', '{json:event_name}'],
    subject: ['{json:project.path_with_namespace}'],
  },
  timeBudgetSeconds: 10,
  links: ['https://docs.gitlab.com/user/project/integrations/webhooks/'],
  evidence: 'docs',
});
