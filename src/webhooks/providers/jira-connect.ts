import { defineProvider } from '../provider.ts';

/**
 * Atlassian Connect: a token over method, path and query; the body is not bound. The secret arrives in the
 * installation, which Atlassian signs.
 */
export const jiraConnect = defineProvider({
  id: 'jira-connect',
  name: 'Atlassian Connect (Jira/Confluence)',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:authorization}',
      prefix: 'JWT ',
      algorithms: ['HS256'],
      keyParts: ['sharedSecret'],
      binds: [{ claim: 'qsh', of: '{canonical:query-hash}', encoding: 'hex' }],
      times: { required: ['exp', 'iat'], leewaySeconds: 30 },
    },
  ],
  handshakes: [
    {
      when: [{ at: '{json:eventType}', equals: 'installed' }],
      challenge: '{json:sharedSecret}',
      captures: true,
      provenBy: {
        kind: 'jwt',
        at: '{header:authorization}',
        prefix: 'JWT ',
        algorithms: ['RS256'],
        key: { from: 'pem-by-id', url: 'https://connect-install-keys.atlassian.com/' },
        claims: [{ claim: 'aud', is: ['{endpoint}'], isBaseOf: true }],
        binds: [{ claim: 'qsh', of: '{canonical:query-hash}', encoding: 'hex' }],
        times: { required: ['exp', 'iat'], leewaySeconds: 30 },
      },
      answer: { status: 204 },
    },
  ],
  events: {
    prefix: 'com.atlassian.connect',
    type: ['{json:webhookEvent}', '{json:eventType}'],
    subject: ['{json:clientKey}'],
    time: { at: ['{json:timestamp}'], unit: 'ms' },
  },
  links: ['https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/'],
  evidence: 'vector',
});
