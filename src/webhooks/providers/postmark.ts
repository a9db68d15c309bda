import { defineProvider } from '../provider.ts';

/** Postmark: Basic credentials in the URL, or a header of your own. A message may be opened, and its links clicked, many times. */
export const postmark = defineProvider({
  id: 'postmark',
  name: 'Postmark',
  schemes: [
    { kind: 'static-token', at: ['{header:authorization}'], written: ['basic', 'plain'], ownHeader: true },
  ],
  events: {
    prefix: 'com.postmarkapp',
    id: ['{json:MessageID}-{json:RecordType}-{json:ID}', '{json:MessageID}-{json:RecordType}'],
    dedupe: 'content',
    type: ['{json:RecordType}'],
    subject: ['{json:MessageID}'],
    time: {
      at: ['{json:ReceivedAt}', '{json:DeliveredAt}', '{json:BouncedAt}', '{json:ChangedAt}'],
      unit: 'iso',
    },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: ['https://postmarkapp.com/developer/webhooks/webhooks-overview'],
  evidence: 'docs',
});
