import { defineProvider } from '../provider.ts';

/**
 * Dropbox Sign signs time and type alone, and events of the same second share that hash: the document is part of
 * the key, though unsigned.
 */
export const dropboxSign = defineProvider({
  id: 'dropbox-sign',
  name: 'Dropbox Sign',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{form-json:json.event.event_hash}'], encoding: 'hex' },
      signed: '{form-json:json.event.event_time}{form-json:json.event.event_type}',
    },
  ],
  events: {
    prefix: 'com.dropboxsign',
    bodies: ['multipart', 'form'],
    formJson: 'json',
    id: ['{json:event.event_hash}'],
    dedupe: [
      '{json:event.event_hash}|{json:signature_request.signature_request_id?}|{json:event.event_metadata.related_signature_id?}|{json:template.template_id?}',
    ],
    type: ['{json:event.event_type}'],
    subject: ['{json:signature_request.signature_request_id}'],
    time: { at: ['{json:event.event_time}'], unit: 's' },
  },
  wantedAnswer: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Hello API Event Received' },
  links: [
    'https://developers.hellosign.com/docs/events/overview/',
    'https://github.com/hellosign/dropbox-sign-node/blob/HEAD/model/eventCallbackHelper.ts',
  ],
  evidence: 'sdk',
});
