import { defineProvider } from '../provider.ts';
import { cloudEventsHandshake } from '../standard-handshake.ts';

/** Azure Event Grid: a key in the URL or a header, in both its own schema and that of CloudEvents. */
export const azureEventGrid = defineProvider({
  id: 'azure-event-grid',
  name: 'Azure Event Grid',
  schemes: [
    {
      kind: 'static-token',
      at: ['{query:key}', '{query:code}', '{query:token}', '{header:aeg-sas-key}', '{header:authorization}'],
      written: ['plain', 'bearer'],
      ownHeader: true,
    },
  ],
  handshakes: [
    {
      when: [{ at: '{header:aeg-event-type}', equals: 'SubscriptionValidation' }],
      challenge: '{json:0.data.validationCode}',
      genuine: 'keyed',
      answer: { status: 200, json: { validationResponse: '{challenge}' } },
    },
    cloudEventsHandshake,
  ],
  events: {
    prefix: 'com.microsoft.eventgrid',
    batch: [''],
    id: ['{item:id}', '{header:ce-id}'],
    type: ['{item:eventType}', '{item:type}', '{header:ce-type}'],
    subject: ['{item:subject}'],
    time: { at: ['{item:eventTime}', '{item:time}'], unit: 'iso' },
  },
  timeBudgetSeconds: 30,
  links: [
    'https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema',
    'https://github.com/Azure-Samples/event-grid-node-publish-consume-events/blob/HEAD/EventGridConsumer/EventGridFunction/index.js',
  ],
  evidence: 'sdk',
});
