import { defineProvider } from '../provider.ts';

/** Buildkite: a signature, or (as the pipeline is set up) the token itself. */
export const buildkite = defineProvider({
  id: 'buildkite',
  name: 'Buildkite',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-buildkite-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'signature' },
      },
      signed: '{timestamp}.{body}',
      timestamp: { at: '{field:timestamp}', unit: 's', toleranceSeconds: 300 },
    },
    {
      kind: 'static-token',
      at: ['{header:x-buildkite-token}'],
      written: ['plain'],
      requires: [{ at: '{header:x-buildkite-signature}', absent: true }],
    },
  ],
  events: {
    prefix: 'com.buildkite',
    id: [
      '{json:event}-{json:job.id}-{json:job.state}',
      '{json:event}-{json:build.id}-{json:build.state}',
      '{json:event}-{json:agent.id}',
    ],
    dedupe: 'content',
    type: ['{json:event}', '{header:x-buildkite-event}'],
    subject: ['{json:pipeline.slug}'],
  },
  links: [
    'https://buildkite.com/docs/apis/webhooks/pipelines#webhook-signature',
    'https://github.com/buildkite/docs/blob/HEAD/pages/apis/webhooks/_verifying_hmac_signatures.md',
  ],
  evidence: 'docs',
});
