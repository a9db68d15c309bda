import { defineProvider } from '../provider.ts';

/** WorkOS: milliseconds, and a space after the comma. */
export const workos = defineProvider({
  id: 'workos',
  name: 'WorkOS',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:workos-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 'ms', toleranceSeconds: 180 },
    },
  ],
  events: {
    prefix: 'com.workos',
    id: ['{json:id}'],
    type: ['{json:event}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: ['https://workos.com/docs/events/data-syncing/webhooks'],
  evidence: 'sdk',
});
