import { defineProvider } from '../provider.ts';

/**
 * Google Pub/Sub push: a token for the audience, made by a service account. Without the account in the secret,
 * any of Google's users could make one.
 */
export const googlePubsub = defineProvider({
  id: 'google-pubsub',
  name: 'Google Pub/Sub push',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:authorization}',
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      key: {
        from: 'jwks',
        url: 'https://www.googleapis.com/oauth2/v3/certs',
        host: 'www\\.googleapis\\.com',
      },
      keyParts: ['audience'],
      claims: [
        { claim: 'iss', is: ['https://accounts.google.com', 'accounts.google.com'] },
        { claim: 'aud', is: ['{part:audience}', '{secret}'] },
        { claim: 'email', is: ['{part:serviceAccount}'], optional: true },
        { claim: 'email_verified', is: ['true'], optional: true },
      ],
      times: { required: ['exp', 'iat'], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'com.google.cloud.pubsub',
    id: ['{json:message.messageId}', '{json:message.message_id}'],
    type: ['{json:message.attributes.eventType}', '{json:message.attributes.type}'],
    typeDefault: 'message',
    subject: ['{json:subscription}'],
    time: { at: ['{json:message.publishTime}'], unit: 'iso' },
  },
  timeBudgetSeconds: 10,
  links: [
    'https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
    'https://github.com/GoogleCloudPlatform/nodejs-docs-samples/blob/HEAD/appengine/pubsub/app.js',
  ],
  evidence: 'sdk',
});
