import { defineProvider } from '../provider.ts';

/**
 * Salesforce signs nothing: a header from a Flow or Apex call, or a token in the URL of an outbound message, which has up to 100 notifications.
 * In the JSON of a Flow nothing names the event: its `id` is as a rule the record's.
 */
export const salesforce = defineProvider({
  id: 'salesforce',
  name: 'Salesforce',
  schemes: [
    {
      kind: 'static-token',
      at: ['{header:authorization}', '{query:token}'],
      written: ['plain', 'bearer', 'basic'],
      ownHeader: true,
    },
  ],
  events: {
    prefix: 'com.salesforce',
    bodies: ['xml', 'json'],
    id: ['{xml:Id}'],
    dedupe: ['{canonical:notification-ids}'],
    repeatsAfterSeconds: 60,
    type: ['{xml:type}', '{json:type}', '{json:event}'],
    typeDefault: 'outbound-message',
  },
  wantedAnswer: {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
  },
  links: [
    'https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm',
  ],
  evidence: 'third-party',
});
