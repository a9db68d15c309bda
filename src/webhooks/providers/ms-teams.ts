import { defineProvider } from '../provider.ts';

/** Microsoft Teams outgoing webhook: the answer is posted to the channel. */
export const msTeams = defineProvider({
  id: 'ms-teams',
  name: 'Microsoft Teams outgoing webhook',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:authorization}'],
        encoding: 'base64',
        format: { kind: 'bare', prefix: 'HMAC ' },
      },
      signed: '{body}',
      key: 'base64',
    },
  ],
  events: {
    prefix: 'com.microsoft.teams',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:conversation.id}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  wantedAnswer: {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"type":"message","text":"Received."}',
  },
  timeBudgetSeconds: 5,
  links: [
    'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook',
    'https://github.com/OfficeDev/microsoft-teams-sample-outgoing-webhook/blob/HEAD/WebhookSampleBot/Models/AuthProvider.cs',
  ],
  evidence: 'sdk',
});
