import { defineProvider } from '../provider.ts';

/** Statsig. */
export const statsig = defineProvider({
  id: 'statsig',
  name: 'Statsig',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-statsig-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'v0=' },
      },
      signed: 'v0:{timestamp}:{body}',
      timestamp: { at: '{header:x-statsig-request-timestamp}', unit: 's-or-ms', toleranceSeconds: 300 },
    },
  ],
  handshakes: [
    {
      when: [{ at: '{json:data.event}', equals: 'url_verification' }],
      challenge: '{json:data.verification_code}',
      genuine: 'keyed',
      answer: { status: 200, json: { verification_code: '{challenge}' } },
    },
  ],
  events: {
    prefix: 'com.statsig',
    batch: ['data'],
    type: ['{item:eventName}'],
    time: { at: ['{item:timestamp}'], unit: 'ms' },
  },
  links: [
    'https://docs.statsig.com/integrations/event_webhook',
    'https://github.com/statsig-io/docs/blob/HEAD/integrations/event_webhook.mdx',
  ],
  evidence: 'docs',
});
