import { defineProvider } from '../provider.ts';

/**
 * Linear. Only the time in the body is signed; a resend may carry a new one, so the object and its time of
 * change are the key.
 */
export const linear = defineProvider({
  id: 'linear',
  name: 'Linear',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:linear-signature}'], encoding: 'hex' },
      signed: '{body}',
      timestamp: { at: '{json:webhookTimestamp}', unit: 'ms', toleranceSeconds: 60 },
    },
  ],
  events: {
    prefix: 'app.linear',
    id: ['{header:linear-delivery}'],
    dedupe: ['{json:type}|{json:action}|{json:data.id}|{json:data.updatedAt}'],
    type: ['{json:type}.{json:action}', '{json:type}', '{header:linear-event}'],
    subject: ['{json:data.identifier}', '{json:data.id}'],
    time: { at: ['{json:createdAt}'], unit: 'iso' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 5,
  links: [
    'https://linear.app/developers/webhooks',
    'https://github.com/linear/linear/blob/HEAD/packages/sdk/src/webhooks/client.ts',
  ],
  evidence: 'sdk',
});
