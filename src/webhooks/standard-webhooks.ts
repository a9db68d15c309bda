// Standard Webhooks: the scheme of the specification (v1 symmetric, v1a asymmetric) and of Svix, which some thirty vendors share.
import type { Scheme } from './provider.ts';
import type { KeyForm } from './secret.ts';

/**
 * The v1 scheme under headers that begin with `name`.
 * A public key (`whpk_`) is never an HMAC key: who signed with it would only have to know what everyone knows.
 */
export function standardWebhooks(name: 'webhook' | 'svix', key: KeyForm = 'whsec'): Scheme {
  return {
    kind: 'hmac',
    hash: 'SHA-256',
    signature: {
      at: [`{header:${name}-signature}`],
      encoding: 'base64',
      format: { kind: 'list', separator: ' ', prefix: 'v1,' },
    },
    signed: `{header:${name}-id}.{timestamp}.{body}`,
    timestamp: { at: `{header:${name}-timestamp}`, unit: 's', toleranceSeconds: 300 },
    key,
    secretPrefixNot: 'whpk_',
  };
}

/** The v1a scheme: Ed25519 with a public key that begins with `whpk_`; no other secret is judged by it. */
export function standardWebhooksAsymmetric(name: 'webhook' | 'svix'): Scheme {
  return {
    kind: 'asymmetric',
    algorithm: 'ed25519',
    signature: {
      at: [`{header:${name}-signature}`],
      encoding: 'base64',
      format: { kind: 'list', separator: ' ', prefix: 'v1a,' },
    },
    signed: `{header:${name}-id}.{timestamp}.{body}`,
    timestamp: { at: `{header:${name}-timestamp}`, unit: 's', toleranceSeconds: 300 },
    key: { from: 'secret', form: 'raw-base64' },
    secretPrefix: 'whpk_',
  };
}

/** What the specification says of rotation. */
export const standardRotation = 'several v1 signatures in one header; any one that matches will do';
