import { defineProvider } from '../provider.ts';

/** Revolut. */
export const revolut = defineProvider({
  id: 'revolut',
  name: 'Revolut',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:revolut-signature}'],
        encoding: 'hex',
        format: { kind: 'list', separator: ',', prefix: 'v1=' },
      },
      signed: 'v1.{timestamp}.{body}',
      timestamp: { at: '{header:revolut-request-timestamp}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.revolut',
    dedupe: ['{json:event}|{json:timestamp}|{json:data.id?}|{json:data.new_state?}'],
    repeatsAfterSeconds: 60,
    type: ['{json:event}'],
    subject: ['{json:order_id}', '{json:data.id}'],
    time: { at: ['{json:timestamp}'], unit: 'iso' },
  },
  rotation: 'several v1 signatures while a secret is replaced',
  links: [
    'https://developer.revolut.com/docs/guides/accept-payments/tutorials/work-with-webhooks/verify-the-payload-signature',
  ],
  evidence: 'docs',
});
