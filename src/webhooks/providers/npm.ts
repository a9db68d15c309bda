import { defineProvider } from '../provider.ts';

/** npm registry hooks. */
export const npm = defineProvider({
  id: 'npm',
  name: 'npm registry hooks',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-npm-signature}'],
        encoding: 'hex',
        format: { kind: 'bare', prefix: 'sha256=' },
      },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.npmjs',
    type: ['{json:event}'],
    subject: ['{json:name}'],
    time: { at: ['{json:time}'], unit: 'ms' },
  },
  links: [
    'https://docs.npmjs.com/cli/commands/npm-hook',
    'https://github.com/npm/npm-hook-receiver/blob/HEAD/index.js',
  ],
  evidence: 'sdk',
});
