import { defineProvider } from '../provider.ts';

/**
 * Datadog: a header of your own, and a body of your own template. The default one names its event; of another nothing is known, so that
 * equal bodies may well be two alerts.
 */
export const datadog = defineProvider({
  id: 'datadog',
  name: 'Datadog webhooks integration',
  schemes: [
    {
      kind: 'static-token',
      at: ['{header:authorization}'],
      written: ['plain', 'bearer', 'basic'],
      ownHeader: true,
    },
  ],
  events: {
    prefix: 'com.datadoghq',
    id: ['{json:id}-{json:date}'],
    dedupe: ['{json:id}|{json:date}|{json:last_updated}|{json:event_type}'],
    repeatsAfterSeconds: 60,
    type: ['{json:event_type}', '{json:alert_type}'],
    typeDefault: 'alert',
  },
  links: ['https://docs.datadoghq.com/integrations/webhooks/'],
  evidence: 'third-party',
});
