import { defineProvider } from '../provider.ts';

/** Mandrill: the URL, then names and values of the form. */
export const mandrill = defineProvider({
  id: 'mandrill',
  name: 'Mandrill',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: { at: ['{header:x-mandrill-signature}'], encoding: 'base64' },
      signed: '{url}{canonical:sorted-form}',
    },
  ],
  handshakes: [
    { method: 'HEAD', when: [], answer: { status: 200 } },
    { when: [{ at: '{form:mandrill_events}', equals: '[]' }], answer: { status: 200 } },
  ],
  events: {
    prefix: 'com.mandrillapp',
    bodies: ['form'],
    formJson: 'mandrill_events',
    batch: [''],
    id: ['{item:_id}-{item:event}', '{item:_id}'],
    dedupe: ['{item:_id}|{item:event}|{item:ts?}|{item:url?}'],
    type: ['{item:event}', '{item:type}'],
    subject: ['{item:_id}'],
    time: { at: ['{item:ts}'], unit: 's' },
  },
  links: [
    'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
    'https://mandrill.zendesk.com/hc/en-us/articles/360039232513',
  ],
  evidence: 'docs',
});
