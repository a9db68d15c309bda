import { defineProvider } from '../provider.ts';

/** Dropbox only says whose files changed. */
export const dropbox = defineProvider({
  id: 'dropbox',
  name: 'Dropbox',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-dropbox-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:challenge}' }],
      challenge: '{query:challenge}',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: { prefix: 'com.dropbox', repeatsAfterSeconds: 60, type: [], typeDefault: 'notification' },
  timeBudgetSeconds: 10,
  links: [
    'https://www.dropbox.com/developers/reference/webhooks',
    'https://github.com/dropbox/mdwebhook/blob/HEAD/app.py',
  ],
  evidence: 'sdk',
});
