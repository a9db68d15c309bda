import { defineProvider } from '../provider.ts';

/** Gitea, Forgejo and Gogs: bare hex under their own names, or GitHub's header. */
export const gitea = defineProvider({
  id: 'gitea',
  name: 'Gitea / Forgejo / Gogs',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-gitea-signature}', '{header:x-forgejo-signature}', '{header:x-gogs-signature}'],
        encoding: 'hex',
      },
      signed: '{body}',
    },
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
  events: {
    prefix: 'io.gitea',
    bodies: ['json', 'form'],
    formJson: 'payload',
    id: ['{header:x-gitea-delivery}', '{header:x-forgejo-delivery}', '{header:x-gogs-delivery}'],
    type: [
      '{header:x-gitea-event}',
      '{header:x-forgejo-event}',
      '{header:x-gogs-event}',
      '{header:x-github-event}',
    ],
    subject: ['{json:repository.full_name}'],
  },
  links: [
    'https://docs.gitea.com/usage/repository/webhooks',
    'https://github.com/gogs/gogs/blob/HEAD/internal/database/webhook.go',
  ],
  evidence: 'third-party',
});
