import { defineProvider } from '../provider.ts';

/** Crisp. */
export const crisp = defineProvider({
  id: 'crisp',
  name: 'Crisp',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-crisp-signature}'], encoding: 'hex' },
      signed: '[{timestamp};{body}]',
      timestamp: { at: '{header:x-crisp-request-timestamp}', unit: 's-or-ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'chat.crisp',
    type: ['{json:event}'],
    subject: ['{json:data.session_id}'],
    time: { at: ['{json:timestamp}'], unit: 'ms' },
  },
  links: [
    'https://docs.crisp.chat/guides/web-hooks/',
    'https://github.com/crisp-im/node-crisp-api/blob/HEAD/lib/crisp.ts',
  ],
  evidence: 'sdk',
});
