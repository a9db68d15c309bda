import { defineProvider } from '../provider.ts';

/** LiveKit: a token of the API key, which binds the body. */
export const livekit = defineProvider({
  id: 'livekit',
  name: 'LiveKit',
  schemes: [
    {
      kind: 'jwt',
      at: '{header:authorization}',
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      keyParts: ['apiSecret'],
      claims: [{ claim: 'iss', is: ['{part:apiKey}'], optional: true }],
      binds: [{ claim: 'sha256', of: '{body}', encoding: 'base64' }],
      times: { required: ['exp'], leewaySeconds: 60 },
    },
  ],
  events: {
    prefix: 'io.livekit',
    id: ['{json:id}'],
    type: ['{json:event}'],
    subject: ['{json:room.name}'],
    time: { at: ['{json:createdAt}'], unit: 's' },
  },
  links: ['https://docs.livekit.io/home/server/webhooks/'],
  evidence: 'vector',
});
