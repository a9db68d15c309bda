import { defineProvider } from '../provider.ts';

/** LaunchDarkly. */
export const launchdarkly = defineProvider({
  id: 'launchdarkly',
  name: 'LaunchDarkly',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-ld-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.launchdarkly',
    id: ['{json:_id}'],
    type: ['{json:kind}', '{json:accesses.0.action}'],
    time: { at: ['{json:date}'], unit: 'ms' },
  },
  links: ['https://launchdarkly.com/docs/home/infrastructure/webhooks'],
  evidence: 'third-party',
});
