import { defineProvider } from '../provider.ts';

/**
 * Gitea, Forgejo and Gogs: bare hex under their own names, or GitHub's header. Of a form the JSON in `payload` is signed, not the form;
 * so the key is made of that JSON, however it was wrapped.
 */
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
      signed: ['{body}', '{form:payload}'],
    },
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-hub-signature-256}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: ['{body}', '{form:payload}'],
    },
  ],
  events: {
    prefix: 'io.gitea',
    bodies: ['json', 'form'],
    formJson: 'payload',
    id: ['{header:x-gitea-delivery}', '{header:x-forgejo-delivery}', '{header:x-gogs-delivery}'],
    dedupe: ['{form:payload}', '{body}'],
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
    'https://github.com/go-gitea/gitea/blob/HEAD/services/webhook/deliver.go',
    'https://github.com/gogs/gogs/blob/HEAD/internal/database/webhook.go',
  ],
  evidence: 'sdk',
});
