import { defineProvider } from '../provider.ts';

/**
 * Microsoft Graph: each notification shows the subscription's clientState. Those of a drive only say that something in it changed, each time
 * in the same words.
 */
export const microsoftGraph = defineProvider({
  id: 'microsoft-graph',
  name: 'Microsoft Graph change notifications',
  schemes: [
    {
      kind: 'static-token',
      at: ['{item:clientState}'],
      written: ['plain'],
      each: 'value',
      keyParts: ['clientState'],
    },
  ],
  handshakes: [
    {
      when: [{ at: '{query:validationToken}' }],
      challenge: '{query:validationToken}',
      charset: 'phrase',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'com.microsoft.graph',
    batch: ['value'],
    id: ['{item:id}'],
    dedupe: ['{item:id}|{item:subscriptionId}'],
    repeatsAfterSeconds: 60,
    type: ['{item:changeType}', '{item:lifecycleEvent}'],
    subject: ['{item:resource}'],
  },
  timeBudgetSeconds: 10,
  links: ['https://learn.microsoft.com/graph/change-notifications-delivery-webhooks'],
  evidence: 'docs',
});
