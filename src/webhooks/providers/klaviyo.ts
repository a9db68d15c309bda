import { defineProvider, type Scheme } from '../provider.ts';
import type { TimestampUnit } from '../timestamp.ts';

const timed = (unit: TimestampUnit): Scheme => ({
  kind: 'hmac',
  hash: 'SHA-256',
  signature: { at: ['{header:klaviyo-signature}'], encoding: 'hex' },
  signed: '{body}{timestamp}',
  timestamp: { at: '{header:klaviyo-timestamp}', unit, toleranceSeconds: 300 },
});

/** Klaviyo writes the time as HTTP does (`Thu, 04 Jan 2024 18:05:25 GMT`) and signs it so; a Unix time is taken too. */
export const klaviyo = defineProvider({
  id: 'klaviyo',
  name: 'Klaviyo',
  schemes: [timed('http-date'), timed('s-or-ms')],
  events: {
    prefix: 'com.klaviyo',
    batch: ['data'],
    id: ['{item:external_id}'],
    dedupe: ['{item:topic?}|{item:external_id}'],
    type: ['{item:topic}'],
    time: { at: ['{item:payload.data.attributes.datetime}'], unit: 'iso' },
  },
  links: ['https://developers.klaviyo.com/en/docs/working_with_system_webhooks'],
  evidence: 'third-party',
});
