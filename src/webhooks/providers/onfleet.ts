import { defineProvider } from '../provider.ts';

/** Onfleet: SHA-512 under a key in hex. */
export const onfleet = defineProvider({
  id: 'onfleet',
  name: 'Onfleet',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-512',
      signature: { at: ['{header:x-onfleet-signature}'], encoding: 'hex' },
      signed: '{body}',
      key: 'hex',
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:check}' }],
      challenge: '{query:check}',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'com.onfleet',
    type: ['trigger.{json:triggerId}'],
    subject: ['{json:taskId}'],
    time: { at: ['{json:time}'], unit: 'ms' },
  },
  links: ['https://docs.onfleet.com/reference/webhooks', 'https://docs.onfleet.com/reference/secrets'],
  evidence: 'docs',
});
