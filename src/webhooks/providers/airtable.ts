import { defineProvider } from '../provider.ts';

/** Airtable only says that something changed; the payloads are fetched with a cursor. */
export const airtable = defineProvider({
  id: 'airtable',
  name: 'Airtable',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-airtable-content-mac}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'hmac-sha256=' },
      },
      signed: '{body}',
      key: 'base64',
    },
  ],
  events: {
    prefix: 'com.airtable',
    id: ['{json:webhook.id}-{json:timestamp}'],
    type: [],
    typeDefault: 'ping',
    subject: ['{json:base.id}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: ['https://airtable.com/developers/web/api/webhooks-overview'],
  evidence: 'third-party',
});
