import { defineProvider } from '../provider.ts';

/** ClickUp. */
export const clickup = defineProvider({
  id: 'clickup',
  name: 'ClickUp',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.clickup',
    id: ['{json:webhook_id}-{json:history_items.0.id}'],
    dedupe: ['{json:webhook_id}|{json:event}|{json:history_items.0.id}'],
    type: ['{json:event}'],
    subject: ['{json:task_id}'],
  },
  links: ['https://developer.clickup.com/docs/webhooksignature'],
  evidence: 'docs',
});
