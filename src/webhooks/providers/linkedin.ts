import { defineProvider } from '../provider.ts';

/**
 * LinkedIn. The challenge is signed with the key of the events, but without their prefix; it must be opaque all
 * the same.
 */
export const linkedin = defineProvider({
  id: 'linkedin',
  name: 'LinkedIn',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-li-signature}'], encoding: 'hex' },
      signed: 'hmacsha256={body}',
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:challengeCode}' }],
      challenge: '{query:challengeCode}',
      proof: { kind: 'hmac', of: '{challenge}', encoding: 'hex' },
      answer: { status: 200, json: { challengeCode: '{challenge}', challengeResponse: '{proof}' } },
    },
  ],
  events: {
    prefix: 'com.linkedin',
    batch: ['notifications'],
    id: ['{item:notificationId}'],
    dedupe: ['{json:type?}|{item:notificationId}|{item:action?}'],
    type: ['{json:type}'],
    subject: ['{item:organizationalEntity}', '{json:leadGenFormResponse}'],
  },
  links: ['https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation'],
  evidence: 'docs',
});
