import { defineProvider } from '../provider.ts';

/** Slack: the Events API (JSON), interactivity (a form's `payload`) and slash commands (a plain form), all signed alike. */
export const slack = defineProvider({
  id: 'slack',
  name: 'Slack',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-slack-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'v0=' },
      },
      signed: 'v0:{timestamp}:{body}',
      timestamp: { at: '{header:x-slack-request-timestamp}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  handshakes: [
    {
      when: [{ at: '{json:type}', equals: 'url_verification' }],
      challenge: '{json:challenge}',
      genuine: 'keyed',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'com.slack',
    bodies: ['json', 'form'],
    formJson: 'payload',
    id: ['{json:event_id}', '{json:trigger_id}'],
    type: ['{json:event.type}', 'command.{json:command}', '{json:type}'],
    subject: ['{json:team_id}', '{json:team.id}'],
    time: { at: ['{json:event_time}'], unit: 's' },
  },
  timeBudgetSeconds: 3,
  rotation: 'none: a new signing secret replaces the old one at once',
  links: ['https://docs.slack.dev/authentication/verifying-requests-from-slack'],
  evidence: 'vector',
});
