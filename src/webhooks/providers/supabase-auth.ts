import { defineProvider } from '../provider.ts';
import { standardRotation } from '../standard-webhooks.ts';

/**
 * Supabase Auth hooks: Standard Webhooks; the secret begins `v1,whsec_`. With several secrets, the signatures are separated by
 * a comma and a space.
 */
export const supabaseAuth = defineProvider({
  id: 'supabase-auth',
  name: 'Supabase Auth hooks',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:webhook-signature}'],
        encoding: 'base64',
        format: { kind: 'list', separator: ', ', prefix: 'v1,' },
      },
      signed: '{header:webhook-id}.{timestamp}.{body}',
      timestamp: { at: '{header:webhook-timestamp}', unit: 's', toleranceSeconds: 300 },
      key: 'whsec',
    },
  ],
  events: {
    prefix: 'com.supabase.auth',
    id: ['{header:webhook-id}'],
    type: ['{json:type}', '{json:metadata.name}'],
    typeDefault: 'hook',
  },
  rotation: standardRotation,
  links: [
    'https://supabase.com/docs/guides/auth/auth-hooks',
    'https://github.com/supabase/auth/blob/HEAD/internal/hooks/hookshttp/hookshttp.go',
  ],
  evidence: 'sdk',
});
