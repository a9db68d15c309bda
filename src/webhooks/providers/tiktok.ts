import { defineProvider } from '../provider.ts';

/** TikTok: any answer but 200 counts as a failure. */
export const tiktok = defineProvider({
  id: 'tiktok',
  name: 'TikTok',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:tiktok-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 's' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:t}', unit: 's', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.tiktok',
    id: ['{json:user_openid}-{json:event}-{json:create_time}'],
    dedupe: 'content',
    type: ['{json:event}'],
    subject: ['{json:user_openid}'],
    time: { at: ['{json:create_time}'], unit: 's' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: [
    'https://developers.tiktok.com/doc/webhooks-verification',
    'https://developers.tiktok.com/doc/webhooks-overview',
  ],
  evidence: 'docs',
});
