import { defineProvider } from '../provider.ts';

/** Gong: a token made with the key whose public half you give it. */
export const gong = defineProvider({
  id: 'gong',
  name: 'Gong',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:authorization}',
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      key: { from: 'secret', form: 'spki' },
      claims: [{ claim: 'webhook_url', is: ['{url}'] }],
      binds: [{ claim: 'body_sha256', of: '{body}', encoding: 'hex' }],
      times: { required: [], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'io.gong',
    id: ['{json:callData.metaData.id}'],
    dedupe: 'content',
    type: [],
    typeDefault: 'call',
    subject: ['{json:callData.metaData.id}'],
  },
  links: ['https://help.gong.io/docs/create-a-webhook-rule'],
  evidence: 'third-party',
});
