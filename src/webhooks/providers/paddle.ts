import { defineProvider } from '../provider.ts';

/**
 * Paddle Billing. Its SDK tolerates 5 seconds; a clock at the edge may be further off, and resends carry the
 * event's id.
 */
export const paddle = defineProvider({
  id: 'paddle',
  name: 'Paddle Billing',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:paddle-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ';', signature: 'h1' },
      },
      signed: '{timestamp}:{body}',
      timestamp: { at: '{field:ts}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.paddle',
    id: ['{json:event_id}'],
    type: ['{json:event_type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:occurred_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 5,
  rotation: 'several h1 signatures while a secret is replaced',
  links: ['https://developer.paddle.com/webhooks/signature-verification'],
  evidence: 'vector',
});
