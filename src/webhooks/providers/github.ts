import { defineProvider } from '../provider.ts';

/** GitHub. The delivery's GUID is an unsigned header; the older X-Hub-Signature (SHA-1) is not judged: alone it would be a downgrade. */
export const github = defineProvider({
  id: 'github',
  name: 'GitHub',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-hub-signature-256}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      when: [{ at: '{header:x-github-event}', equals: 'ping' }, { at: '{json:zen}' }],
      genuine: 'signed',
      answer: { status: 200, text: 'pong' },
    },
  ],
  events: {
    prefix: 'com.github',
    bodies: ['json', 'form'],
    formJson: 'payload',
    id: ['{header:x-github-delivery}'],
    type: ['{header:x-github-event}.{json:action}', '{header:x-github-event}'],
    subject: ['{json:repository.full_name}', '{json:organization.login}'],
  },
  timeBudgetSeconds: 10,
  rotation: 'one secret a hook: keep the old one beside the new until the hook is changed',
  links: ['https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries'],
  evidence: 'vector',
});
