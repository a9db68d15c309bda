import { defineProvider } from '../provider.ts';

/** Intercom: SHA-1, in 2026 still. */
export const intercom = defineProvider({
  id: 'intercom',
  name: 'Intercom',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: {
        at: ['{header:x-hub-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha1=' },
      },
      signed: '{body}',
    },
  ],
  handshakes: [
    { method: 'HEAD', when: [], answer: { status: 200 } },
    { when: [{ at: '{json:topic}', equals: 'ping' }], genuine: 'signed', answer: { status: 200 } },
  ],
  events: {
    prefix: 'io.intercom',
    id: ['{json:id}'],
    type: ['{json:topic}'],
    subject: ['{json:app_id}'],
    time: { at: ['{json:created_at}'], unit: 's' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 5,
  links: [
    'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
    'https://developers.intercom.com/intercom-api-reference/v1.0/reference/signed-notifications',
  ],
  evidence: 'docs',
});
