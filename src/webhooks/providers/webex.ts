import { defineProvider } from '../provider.ts';

/**
 * Cisco Webex: SHA-1. The body's id is the webhook's, so the data's id and the event tell deliveries apart.
 */
export const webex = defineProvider({
  id: 'webex',
  name: 'Cisco Webex',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-spark-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.webex',
    id: ['{json:id}'],
    dedupe: 'content',
    type: ['{json:resource}.{json:event}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:data.created}'], unit: 'iso' },
  },
  links: [
    'https://developer.webex.com/docs/api/guides/webhooks',
    'https://github.com/WebexSamples/webex-node-bot-framework/blob/HEAD/lib/webhook.js',
  ],
  evidence: 'sdk',
});
