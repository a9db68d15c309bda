import { defineProvider } from '../provider.ts';

/** Datadog: a header of your own, and a body of your own template; `id` and `event_type` in it are read. */
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
    id: ['{json:id}', '{json:aggreg_key}'],
    dedupe: 'content',
    type: ['{json:event_type}', '{json:alert_type}'],
    typeDefault: 'alert',
  },
  links: ['https://docs.datadoghq.com/integrations/webhooks/'],
  evidence: 'third-party',
});
