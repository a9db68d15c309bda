import { defineProvider } from '../provider.ts';

/**
 * Meta: Facebook, Instagram, Messenger and WhatsApp. The handshake shows the verify token; a secret `{
 * appSecret, verifyToken }` keeps the two apart.
 */
export const meta = defineProvider({
  id: 'meta',
  name: 'Meta: Facebook, Instagram, Messenger, WhatsApp Cloud',
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
      keyParts: ['appSecret'],
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:hub.mode}', equals: 'subscribe' }],
      challenge: '{query:hub.challenge}',
      token: { at: '{query:hub.verify_token}', parts: ['verifyToken'] },
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'com.facebook',
    batch: ['entry'],
    id: [
      '{item:changes.0.value.messages.0.id}',
      '{item:changes.0.value.statuses.0.id}-{item:changes.0.value.statuses.0.status}',
      '{item:messaging.0.message.mid}',
    ],
    dedupe: ['{canonical:meta-messages}'],
    type: ['{json:object}.{item:changes.0.field}', '{json:object}.messaging', '{json:object}'],
    subject: ['{item:id}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 10,
  links: [
    'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
    'https://github.com/WhatsApp/WhatsApp-Nodejs-SDK/blob/HEAD/src/api/webhooks.ts',
  ],
  evidence: 'sdk',
});
