import { defineProvider } from '../provider.ts';
import { standardRotation } from '../standard-webhooks.ts';

/** Finch: the scheme of Standard Webhooks under headers of its own. */
export const finch = defineProvider({
  id: 'finch',
  name: 'Finch',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:finch-signature}'],
        encoding: 'base64',
        format: { kind: 'list', separator: ' ', prefix: 'v1,' },
      },
      signed: '{header:finch-event-id}.{timestamp}.{body}',
      timestamp: { at: '{header:finch-timestamp}', unit: 's', toleranceSeconds: 300 },
      key: 'base64',
    },
  ],
  events: {
    prefix: 'com.tryfinch',
    id: ['{header:finch-event-id}'],
    type: ['{json:event_type}'],
    subject: ['{json:connection_id}'],
  },
  rotation: standardRotation,
  links: [
    'https://developer.tryfinch.com/developer-resources/Webhooks',
    'https://github.com/Finch-API/finch-api-node/blob/HEAD/src/resources/webhooks.ts',
  ],
  evidence: 'sdk',
});
