import { defineProvider } from '../provider.ts';

/** What an event of Attio is about; which of these it has depends on its type. */
const about = [
  'object_id',
  'list_id',
  'record_id',
  'entry_id',
  'attribute_id',
  'note_id',
  'task_id',
  'comment_id',
  'workspace_member_id',
  'call_recording_id',
]
  .map((name) => `{item:id.${name}?}`)
  .join('.');

/**
 * Attio. Its events say what changed, but neither when nor to what: two changes of one attribute by one person have the same body. Only the
 * Idempotency-Key tells them apart, which a resend has too. It is not signed, so it counts beside the body only.
 */
export const attio = defineProvider({
  id: 'attio',
  name: 'Attio',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:attio-signature}', '{header:x-attio-signature}'], encoding: 'hex' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.attio',
    batch: ['events'],
    id: [`{header:idempotency-key}-{item:event_type}-${about}`],
    dedupe: [`{header:idempotency-key}|{body-sha256}|{item:event_type}|${about}`],
    type: ['{item:event_type}'],
  },
  links: [
    'https://docs.attio.com/rest-api/guides/webhooks',
    'https://docs.attio.com/rest-api/how-to/webhooks',
  ],
  evidence: 'docs',
});
