import { defineProvider } from '../provider.ts';

/**
 * Recurly (JSON): milliseconds first, then one signature a key. The body's `uuid` and `id` are those of the subscription or account, so
 * that all of its events share them: only the content tells two apart.
 */
export const recurly = defineProvider({
  id: 'recurly',
  name: 'Recurly (JSON)',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:recurly-signature}'],
        encoding: 'hex',
        format: { kind: 'positional', separator: ',' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.recurly',
    id: ['{header:recurly-notification-id}', '{json:uuid}', '{json:id}'],
    dedupe: 'content',
    type: ['{json:object_type}.{json:event_type}'],
    subject: ['{json:uuid}', '{json:id}'],
    time: { at: ['{json:event_time}'], unit: 'iso' },
  },
  timeBudgetSeconds: 5,
  rotation: 'a second signature for 24 hours',
  links: [
    'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification',
    'https://recurly.com/developers/reference/webhooks',
  ],
  evidence: 'docs',
});
