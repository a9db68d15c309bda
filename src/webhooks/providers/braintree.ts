import { defineProvider } from '../provider.ts';

/**
 * Braintree: base64 of XML in a form. The key is the SHA-1 of the private key; a text that the challenge would
 * sign is no payload.
 */
export const braintree = defineProvider({
  id: 'braintree',
  name: 'Braintree',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-1',
      signature: {
        at: ['{form:bt_signature}'],
        encoding: 'hex',
        format: { kind: 'list', separator: '&', after: '|' },
      },
      signed: '{canonical:braintree-payload}',
      key: 'sha1',
      keyParts: ['privateKey', 'private_key'],
      keyId: { at: '{canonical:braintree-keys}', part: 'publicKey' },
    },
  ],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: '{query:bt_challenge}' }],
      challenge: '{query:bt_challenge}',
      charset: 'hex',
      proof: {
        kind: 'hmac',
        hash: 'SHA-1',
        key: 'sha1',
        of: '{challenge}',
        encoding: 'hex',
        keyParts: ['privateKey', 'private_key'],
      },
      answer: { status: 200, text: '{part:publicKey}|{proof}' },
    },
  ],
  events: {
    prefix: 'com.braintreepayments',
    bodies: ['form'],
    formXml: 'bt_payload',
    dedupe: ['{form:bt_payload}'],
    type: ['{xml:kind}'],
    time: { at: ['{xml:timestamp}'], unit: 'iso' },
  },
  timeBudgetSeconds: 30,
  links: ['https://developer.paypal.com/braintree/docs/guides/webhooks/overview'],
  evidence: 'vector',
});
