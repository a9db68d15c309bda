import { defineProvider } from '../provider.ts';

/** Asana: the secret arrives in the first request and is echoed; empty batches are heartbeats. */
export const asana = defineProvider({
  id: 'asana',
  name: 'Asana',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-hook-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      when: [{ at: '{header:x-hook-secret}' }],
      challenge: '{header:x-hook-secret}',
      captures: true,
      answer: { status: 200, headers: { 'x-hook-secret': '{challenge}' } },
    },
  ],
  events: {
    prefix: 'com.asana',
    batch: ['events'],
    id: ['{item:resource.gid}-{item:action}-{item:created_at}'],
    dedupe: [
      '{item:resource.gid}|{item:action}|{item:created_at}|{item:user.gid?}|{item:parent.gid?}|{item:change.field?}',
    ],
    type: ['{item:resource.resource_type}.{item:action}'],
    subject: ['{item:resource.gid}'],
    time: { at: ['{item:created_at}'], unit: 'iso' },
  },
  timeBudgetSeconds: 10,
  links: ['https://developers.asana.com/docs/webhooks-guide'],
  evidence: 'docs',
});
