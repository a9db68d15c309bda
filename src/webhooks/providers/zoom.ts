import { defineProvider } from '../provider.ts';

/**
 * Zoom. Its validation asks for an HMAC under the same key as events: it is answered only when it is signed
 * itself, and only for an opaque token.
 */
export const zoom = defineProvider({
  id: 'zoom',
  name: 'Zoom',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-zm-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'v0=' },
      },
      signed: 'v0:{timestamp}:{body}',
      timestamp: { at: '{header:x-zm-request-timestamp}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  handshakes: [
    {
      when: [{ at: '{json:event}', equals: 'endpoint.url_validation' }],
      challenge: '{json:payload.plainToken}',
      genuine: 'signed',
      proof: { kind: 'hmac', of: '{challenge}', encoding: 'hex' },
      answer: { status: 200, json: { plainToken: '{challenge}', encryptedToken: '{proof}' } },
    },
  ],
  events: {
    prefix: 'us.zoom',
    id: ['{header:x-zm-trackingid}'],
    type: ['{json:event}'],
    subject: ['{json:payload.object.id}'],
    time: { at: ['{json:event_ts}'], unit: 'ms' },
  },
  timeBudgetSeconds: 3,
  links: [
    'https://developers.zoom.us/docs/api/webhooks/',
    'https://github.com/zoom/webhook-sample/blob/HEAD/index.js',
  ],
  evidence: 'sdk',
});
