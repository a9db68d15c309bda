import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Standard Webhooks. */
export const incidentIo = defineProvider({
  id: 'incident-io',
  name: 'incident.io',
  schemes: [standardWebhooks('webhook')],
  events: { prefix: 'io.incident', id: ['{header:webhook-id}'], type: ['{json:event_type}'] },
  rotation: standardRotation,
  links: [
    'https://docs.incident.io/integrations/webhooks',
    'https://docs.incident.io/api-reference/webhooks',
  ],
  evidence: 'docs',
});
