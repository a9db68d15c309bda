import { defineProvider } from '../provider.ts';

/** Grafana alerting, from version 12. Its timestamp header, whose name is free, changes what is signed: leave it empty. */
export const grafana = defineProvider({
  id: 'grafana',
  name: 'Grafana 12+ alerting',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-grafana-alerting-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: { prefix: 'com.grafana', type: ['{json:status}'], subject: ['{json:groupKey}'] },
  links: [
    'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
    'https://github.com/grafana/alerting/blob/HEAD/http/hmac.go',
  ],
  evidence: 'sdk',
});
