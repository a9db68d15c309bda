import { defineProvider } from '../provider.ts';

/** Supabase database webhooks: a header of your own. They are never sent again, and a row that changes to and fro says the same twice. */
export const supabaseDb = defineProvider({
  id: 'supabase-db',
  name: 'Supabase database webhooks',
  schemes: [
    { kind: 'static-token', at: ['{header:authorization}'], written: ['plain', 'bearer'], ownHeader: true },
  ],
  events: {
    prefix: 'com.supabase.db',
    repeatsAfterSeconds: 60,
    type: ['{json:table}.{json:type}', '{json:type}'],
    subject: ['{json:schema}.{json:table}'],
  },
  links: [
    'https://supabase.com/docs/guides/database/webhooks',
    'https://github.com/supabase/supabase/blob/HEAD/apps/docs/content/guides/database/webhooks.mdx',
  ],
  evidence: 'docs',
});
