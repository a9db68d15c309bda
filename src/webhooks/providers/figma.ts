import { defineProvider } from '../provider.ts';

/** Figma: a passcode in the body. */
export const figma = defineProvider({
  id: 'figma',
  name: 'Figma',
  schemes: [{ kind: 'static-token', at: ['{json:passcode}'], written: ['plain'] }],
  handshakes: [
    { when: [{ at: '{json:event_type}', equals: 'PING' }], genuine: 'signed', answer: { status: 200 } },
  ],
  events: {
    prefix: 'com.figma',
    id: ['{json:webhook_id}-{json:event_type}-{json:timestamp}'],
    dedupe: 'content',
    type: ['{json:event_type}'],
    subject: ['{json:file_key}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: [
    'https://developers.figma.com/docs/rest-api/webhooks/',
    'https://github.com/figma/rest-api-spec/blob/HEAD/openapi/openapi.yaml',
  ],
  evidence: 'docs',
});
