import { defineProvider } from '../provider.ts';

/** Lob. */
export const lob = defineProvider({
  id: 'lob',
  name: 'Lob',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:lob-signature}'], encoding: 'hex' },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{header:lob-signature-timestamp}', unit: 's-or-ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.lob',
    id: ['{json:id}'],
    type: ['{json:event_type.id}'],
    subject: ['{json:reference_id}'],
    time: { at: ['{json:date_created}'], unit: 'iso' },
  },
  links: ['https://docs.lob.com/#tag/Webhooks'],
  evidence: 'third-party',
});
