import { defineProvider } from '../provider.ts';

/** Cloudinary: a plain digest, SHA-1 or (as the account is set up) SHA-256. */
export const cloudinary = defineProvider({
  id: 'cloudinary',
  name: 'Cloudinary',
  schemes: [
    {
      kind: 'digest',
      hash: 'SHA-1',
      signature: { at: ['{header:x-cld-signature}'], encoding: 'hex' },
      signed: '{body}{timestamp}{secret}',
      timestamp: { at: '{header:x-cld-timestamp}', unit: 's', toleranceSeconds: 7200 },
    },
    {
      kind: 'digest',
      hash: 'SHA-256',
      signature: { at: ['{header:x-cld-signature}'], encoding: 'hex' },
      signed: '{body}{timestamp}{secret}',
      timestamp: { at: '{header:x-cld-timestamp}', unit: 's', toleranceSeconds: 7200 },
    },
  ],
  events: {
    prefix: 'com.cloudinary',
    id: ['{json:request_id}', '{json:asset_id}'],
    dedupe: 'content',
    type: ['{json:notification_type}'],
    subject: ['{json:public_id}'],
  },
  links: ['https://cloudinary.com/documentation/notification_signatures'],
  evidence: 'sdk',
});
