import { defineProvider } from '../provider.ts';

/** ElevenLabs. */
export const elevenlabs = defineProvider({
  id: 'elevenlabs',
  name: 'ElevenLabs',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:elevenlabs-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v0' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 1800 },
    },
  ],
  events: {
    prefix: 'io.elevenlabs',
    id: ['{json:data.conversation_id}'],
    dedupe: 'content',
    type: ['{json:type}'],
    subject: ['{json:data.conversation_id}'],
    time: { at: ['{json:event_timestamp}'], unit: 's' },
  },
  links: [
    'https://elevenlabs.io/docs/overview/administration/webhooks',
    'https://github.com/elevenlabs/elevenlabs-js/blob/HEAD/src/wrapper/webhooks.ts',
  ],
  evidence: 'sdk',
});
