import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Supabase Auth hooks: Standard Webhooks; the secret begins `v1,whsec_`. */
export const supabaseAuth = defineProvider({
  id: 'supabase-auth',
  name: 'Supabase Auth hooks',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.supabase.auth',
    id: ['{header:webhook-id}'],
    type: ['{json:type}', '{json:metadata.name}'],
    typeDefault: 'hook',
  },
  rotation: standardRotation,
  links: ['https://supabase.com/docs/guides/auth/auth-hooks'],
  evidence: 'third-party',
});
