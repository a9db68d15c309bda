import { defineProvider } from '../provider.ts';

/**
 * X Account Activity. Its challenge is signed with the key of the events, so only an opaque token is: a body
 * never is one.
 */
export const x = defineProvider({
  id: 'x',
  name: 'X / Twitter Account Activity',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-twitter-webhooks-signature}'],
        encoding: 'base64',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:crc_token}' }],
      challenge: '{query:crc_token}',
      proof: { kind: 'hmac', of: '{challenge}', encoding: 'base64' },
      answer: { status: 200, json: { response_token: 'sha256={proof}' } },
    },
  ],
  events: {
    prefix: 'com.x',
    type: ['{canonical:events-member}'],
    typeDefault: 'activity',
    subject: ['{json:for_user_id}'],
  },
  timeBudgetSeconds: 3,
  links: [
    'https://docs.x.com/x-api/account-activity/introduction',
    'https://github.com/xdevplatform/docs/blob/HEAD/x-api/webhooks/quickstart.mdx',
  ],
  evidence: 'docs',
});
