import { defineProvider } from '../provider.ts';

/** Yousign: its first attempt waits half a second only. */
export const yousign = defineProvider({
  id: 'yousign',
  name: 'Yousign',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-yousign-signature-256}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.yousign',
    id: ['{json:event_id}'],
    type: ['{json:event_name}'],
    subject: ['{json:data.signature_request.id}'],
    time: { at: ['{json:event_time}'], unit: 's' },
  },
  timeBudgetSeconds: 0.5,
  links: [
    'https://developers.yousign.com/docs/verify-webhooks-signatures',
    'https://developers.yousign.com/docs/security',
  ],
  evidence: 'docs',
});
