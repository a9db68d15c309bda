import { defineProvider } from '../provider.ts';
import { cloudEventsHandshake } from '../standard-handshake.ts';

/**
 * Any sender that follows the CloudEvents HTTP webhook specification. The callback that a handshake may offer is
 * never fetched.
 */
export const cloudevents = defineProvider({
  id: 'cloudevents',
  name: 'CloudEvents HTTP webhooks',
  schemes: [
    {
      kind: 'static-token',
      at: ['{header:authorization}', '{query:access_token}'],
      written: ['plain', 'bearer'],
    },
  ],
  handshakes: [cloudEventsHandshake],
  events: {
    prefix: 'io.cloudevents',
    id: ['{json:id}', '{header:ce-id}'],
    dedupe: ['{json:source}|{json:id}', '{header:ce-source}|{header:ce-id}'],
    type: ['{json:type}', '{header:ce-type}'],
    subject: ['{json:subject}', '{header:ce-subject}'],
    time: { at: ['{json:time}', '{header:ce-time}'], unit: 'iso' },
  },
  links: ['https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md'],
  evidence: 'docs',
});
