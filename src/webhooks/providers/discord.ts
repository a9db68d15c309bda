import { defineProvider } from '../provider.ts';

/**
 * Discord interactions and webhook events. Discord also probes with wrong signatures, and wants 401 for them.
 */
export const discord = defineProvider({
  id: 'discord',
  name: 'Discord interactions + webhook events',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'ed25519',
      signature: { at: ['{header:x-signature-ed25519}'], encoding: 'hex' },
      signed: '{timestamp}{body}',
      key: { from: 'secret', form: 'raw-hex' },
      timestamp: { at: '{header:x-signature-timestamp}', unit: 's', toleranceSeconds: null },
    },
  ],
  handshakes: [
    {
      when: [
        { at: '{json:type}', equals: '1' },
        { at: '{json:event.type}', absent: true },
      ],
      genuine: 'signed',
      answer: { status: 200, json: { type: 1 } },
    },
    {
      when: [
        { at: '{json:type}', equals: '0' },
        { at: '{json:event.type}', absent: true },
      ],
      genuine: 'signed',
      answer: { status: 204 },
    },
  ],
  events: {
    prefix: 'com.discord',
    id: ['{json:id}'],
    type: ['{json:event.type}', 'interaction.{json:type}'],
    time: { at: ['{json:event.timestamp}'], unit: 'iso' },
  },
  wantedAnswer: { status: 204, headers: {}, body: '' },
  timeBudgetSeconds: 3,
  links: ['https://docs.discord.com/developers/interactions/overview'],
  evidence: 'vector',
});
