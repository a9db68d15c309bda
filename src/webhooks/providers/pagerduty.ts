import { defineProvider } from '../provider.ts';

/** PagerDuty v3. */
export const pagerduty = defineProvider({
  id: 'pagerduty',
  name: 'PagerDuty v3',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-pagerduty-signature}'],
        encoding: 'hex',
        format: { kind: 'list', separator: ',', prefix: 'v1=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.pagerduty',
    id: ['{json:event.id}'],
    type: ['{json:event.event_type}'],
    subject: ['{json:event.data.id}'],
    time: { at: ['{json:event.occurred_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 5,
  rotation: 'several v1 signatures; any one that matches will do',
  links: ['https://developer.pagerduty.com/docs/verifying-webhook-signatures'],
  evidence: 'vector',
});
