import { defineProvider } from '../provider.ts';

/** Webflow. */
export const webflow = defineProvider({
  id: 'webflow',
  name: 'Webflow',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-webflow-signature}'], encoding: 'hex' },
      signed: '{timestamp}:{body}',
      timestamp: { at: '{header:x-webflow-timestamp}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.webflow',
    id: ['{json:payload.id}-{json:triggerType}'],
    dedupe: 'content',
    type: ['{json:triggerType}'],
    subject: ['{json:payload.id}'],
  },
  links: ['https://developers.webflow.com/data/docs/working-with-webhooks'],
  evidence: 'sdk',
});
