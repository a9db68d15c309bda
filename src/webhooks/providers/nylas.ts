import { defineProvider } from '../provider.ts';

/**
 * Nylas v3. Compressed deliveries are signed as they are sent; they are refused here, so leave compression off.
 */
export const nylas = defineProvider({
  id: 'nylas',
  name: 'Nylas v3',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-nylas-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:challenge}' }],
      challenge: '{query:challenge}',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'com.nylas',
    id: ['{json:id}'],
    type: ['{json:type}'],
    subject: ['{json:data.object.id}'],
    time: { at: ['{json:time}'], unit: 's' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 10,
  links: [
    'https://developer.nylas.com/docs/v3/notifications/',
    'https://github.com/nylas/cli/blob/HEAD/internal/adapters/webhookserver/signature.go',
  ],
  evidence: 'sdk',
});
