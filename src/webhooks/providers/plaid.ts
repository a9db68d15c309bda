import { defineProvider } from '../provider.ts';

/**
 * Plaid: a token that binds the digest of the body; its key comes from an API that wants a login. Most bodies say what is to be fetched for
 * which item (SYNC_UPDATES_AVAILABLE), each time in the same words.
 */
export const plaid = defineProvider({
  id: 'plaid',
  name: 'Plaid',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:plaid-verification}',
      algorithms: ['ES256'],
      key: { from: 'plaid' },
      keyParts: ['clientId'],
      binds: [{ claim: 'request_body_sha256', of: '{body}', encoding: 'hex' }],
      times: { required: ['iat'], leewaySeconds: 60, ageSecondsMax: 300 },
    },
  ],
  events: {
    prefix: 'com.plaid',
    repeatsAfterSeconds: 60,
    type: ['{json:webhook_type}.{json:webhook_code}'],
    subject: ['{json:item_id}'],
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  timeBudgetSeconds: 10,
  rotation: 'by key id',
  links: ['https://plaid.com/docs/api/webhooks/webhook-verification/'],
  evidence: 'docs',
});
