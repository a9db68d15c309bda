import { defineProvider } from '../provider.ts';

/** Jira Cloud webhooks, of the system and of automation rules. */
export const jira = defineProvider({
  id: 'jira',
  name: 'Jira Cloud system/automation webhooks',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-hub-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.atlassian.jira',
    id: ['{header:x-atlassian-webhook-identifier}'],
    type: ['{json:webhookEvent}'],
    subject: ['{json:issue.key}'],
    time: { at: ['{json:timestamp}'], unit: 'ms' },
  },
  links: ['https://developer.atlassian.com/cloud/jira/platform/webhooks/'],
  evidence: 'vector',
});
