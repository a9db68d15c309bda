import { defineProvider } from '../provider.ts';

/** Knock. */
export const knock = defineProvider({
  id: 'knock',
  name: 'Knock',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-knock-signature}'],
        encoding: 'base64',
        format: { kind: 'pairs', separator: ',', signature: 's' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'app.knock',
    type: ['{json:type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  links: [
    'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
    'https://github.com/knocklabs/docs/blob/HEAD/content/developer-tools/outbound-webhooks/overview.mdx',
  ],
  evidence: 'docs',
});
