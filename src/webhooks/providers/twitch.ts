import { defineProvider } from '../provider.ts';

/** Twitch EventSub. */
export const twitch = defineProvider({
  id: 'twitch',
  name: 'Twitch EventSub',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:twitch-eventsub-message-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{header:twitch-eventsub-message-id}{timestamp}{body}',
      timestamp: { at: '{header:twitch-eventsub-message-timestamp}', unit: 'iso', toleranceSeconds: 600 },
    },
  ],
  handshakes: [
    {
      when: [{ at: '{header:twitch-eventsub-message-type}', equals: 'webhook_callback_verification' }],
      challenge: '{json:challenge}',
      genuine: 'keyed',
      answer: { status: 200, text: '{challenge}' },
    },
  ],
  events: {
    prefix: 'tv.twitch',
    id: ['{header:twitch-eventsub-message-id}'],
    type: ['{header:twitch-eventsub-subscription-type}', '{json:subscription.type}'],
    subject: ['{json:subscription.id}'],
    time: { at: ['{header:twitch-eventsub-message-timestamp}'], unit: 'iso' },
  },
  timeBudgetSeconds: 10,
  links: [
    'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
    'https://github.com/twitchdev/twitch-cli/blob/HEAD/internal/events/trigger/forward_event.go',
  ],
  evidence: 'sdk',
});
