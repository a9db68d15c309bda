// Standard handshake: the abuse protection of the CloudEvents HTTP webhook specification (section 4), which two providers share.
import type { Handshake } from './provider.ts';

/**
 * Consent to be sent events, at most a hundred a minute. `WebHook-Request-Callback` is never fetched: whoever asks chooses the address.
 */
export const cloudEventsHandshake: Handshake = {
  method: 'OPTIONS',
  when: [{ at: '{header:webhook-request-origin}' }],
  challenge: '{header:webhook-request-origin}',
  answer: {
    status: 200,
    headers: { allow: 'POST', 'webhook-allowed-origin': '{challenge}', 'webhook-allowed-rate': '100' },
  },
};
