import { defineProvider } from '../provider.ts';

/** Trello signs the body and the callback URL as it was registered. */
export const trello = defineProvider({
  id: 'trello',
  name: 'Trello',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-trello-webhook}'], encoding: 'base64' },
      signed: '{body}{url}',
    },
  ],
  handshakes: [{ method: 'HEAD', when: [], answer: { status: 200 } }],
  events: {
    prefix: 'com.trello',
    id: ['{json:action.id}'],
    type: ['{json:action.type}'],
    subject: ['{json:model.id}'],
    time: { at: ['{json:action.date}'], unit: 'iso' },
  },
  links: ['https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/'],
  evidence: 'docs',
});
