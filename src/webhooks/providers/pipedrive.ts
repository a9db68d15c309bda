import { defineProvider } from '../provider.ts';

/** Pipedrive: Basic credentials. */
export const pipedrive = defineProvider({
  id: 'pipedrive',
  name: 'Pipedrive',
  schemes: [{ kind: 'static-token', at: ['{header:authorization}'], written: ['basic'] }],
  events: {
    prefix: 'com.pipedrive',
    id: [
      '{json:meta.correlation_id}-{json:meta.entity}-{json:meta.entity_id}-{json:meta.action}',
      '{json:meta.id}',
    ],
    dedupe: ['{json:meta.correlation_id}|{json:meta.entity?}|{json:meta.entity_id?}|{json:meta.action?}'],
    type: ['{json:meta.entity}.{json:meta.action}', '{json:event}'],
    subject: ['{json:meta.entity_id}'],
    time: { at: ['{json:meta.timestamp}'], unit: 'iso' },
  },
  timeBudgetSeconds: 10,
  links: [
    'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
    'https://github.com/pipedrive/client-nodejs/blob/HEAD/src/versions/v1/models/add-webhook-request.ts',
  ],
  evidence: 'sdk',
});
