import { defineProvider } from '../provider.ts';

/** Retell AI. */
export const retell = defineProvider({
  id: 'retell',
  name: 'Retell AI',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-retell-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'd' },
      },
      signed: '{body}{timestamp}',
      timestamp: { at: '{field:v}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.retellai',
    id: ['{json:call.call_id}-{json:event}'],
    dedupe: 'content',
    type: ['{json:event}'],
    subject: ['{json:call.call_id}'],
  },
  links: [
    'https://docs.retellai.com/features/secure-webhook',
    'https://github.com/RetellAI/retell-typescript-sdk/blob/HEAD/src/lib/webhook_auth.ts',
  ],
  evidence: 'sdk',
});
