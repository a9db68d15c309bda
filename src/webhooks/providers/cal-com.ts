import { defineProvider } from '../provider.ts';

/** Cal.com; with a template of your own the body may be labelled a form. */
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
    bodies: ['json', 'form'],
    id: ['{json:payload.uid}-{json:triggerEvent}'],
    dedupe: 'content',
    type: ['{json:triggerEvent}', '{form:triggerEvent}'],
    typeDefault: 'booking',
    subject: ['{json:payload.uid}'],
    time: { at: ['{json:createdAt}'], unit: 'iso' },
  },
  links: [
    'https://cal.com/docs/developing/guides/automation/webhooks',
    'https://github.com/calcom/cal.com/blob/HEAD/packages/features/webhooks/lib/sendPayload.ts',
  ],
  evidence: 'sdk',
});
