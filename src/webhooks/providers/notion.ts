import { defineProvider } from '../provider.ts';

/** Notion: the secret arrives in one unsigned request, for a person to paste back. */
export const notion = defineProvider({
  id: 'notion',
  name: 'Notion',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-notion-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      when: [{ at: '{json:verification_token}' }],
      onlyMembers: ['verification_token'],
      challenge: '{json:verification_token}',
      captures: true,
      answer: { status: 200 },
    },
  ],
  events: {
    prefix: 'com.notion',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:entity.id}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  links: ['https://developers.notion.com/reference/webhooks'],
  evidence: 'vector',
});
