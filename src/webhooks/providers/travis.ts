import { defineProvider } from '../provider.ts';

/** Travis CI: the `payload` of a form, signed with the key that its API's /config publishes. */
export const travis = defineProvider({
  id: 'travis',
  name: 'Travis CI',
  schemes: [
    {
      kind: 'asymmetric',
      algorithm: 'rsa-sha1',
      signature: { at: ['{header:signature}'], encoding: 'base64' },
      signed: '{form:payload}',
      key: { from: 'secret', form: 'spki' },
    },
  ],
  events: {
    prefix: 'com.travis-ci',
    bodies: ['form'],
    formJson: 'payload',
    id: ['{json:id}-{json:number}-{json:state}'],
    dedupe: 'content',
    type: ['{json:type}.{json:state}', '{json:state}'],
    subject: ['{json:repository.name}'],
  },
  links: [
    'https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests',
    'https://github.com/travis-ci/docs-travis-ci-com/blob/HEAD/user/notifications.md.erb',
  ],
  evidence: 'docs',
});
