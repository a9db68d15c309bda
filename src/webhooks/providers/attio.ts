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
 * Attio. Its events say what changed, but neither when nor to what: two changes of one attribute by one person have the same body. The
 * Idempotency-Key tells them apart, but it is not signed: were it part of the key, a replay under another one would start a second
 * execution. So equal events a minute apart are two.
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
    repeatsAfterSeconds: 60,
    type: ['{item:event_type}'],
  },
  links: [
    'https://docs.attio.com/rest-api/guides/webhooks',
    'https://docs.attio.com/rest-api/how-to/webhooks',
  ],
  evidence: 'docs',
});
