import { defineProvider } from '../provider.ts';

/** Cal.com. */
export const calCom = defineProvider({
  id: 'cal-com',
  name: 'Cal.com',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-cal-signature-256}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.cal',
    id: ['{json:payload.uid}-{json:triggerEvent}'],
    dedupe: 'content',
    type: ['{json:triggerEvent}'],
    subject: ['{json:payload.uid}'],
    time: { at: ['{json:createdAt}'], unit: 'iso' },
  },
  links: ['https://cal.com/docs/developing/guides/automation/webhooks'],
  evidence: 'third-party',
});
