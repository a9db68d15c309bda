import { defineProvider } from '../provider.ts';

/** Supabase database webhooks: a header of your own. */
export const supabaseDb = defineProvider({
  id: 'supabase-db',
  name: 'Supabase database webhooks',
  schemes: [
    { kind: 'static-token', at: ['{header:authorization}'], written: ['plain', 'bearer'], ownHeader: true },
  ],
  events: {
    prefix: 'com.supabase.db',
    type: ['{json:table}.{json:type}', '{json:type}'],
    subject: ['{json:schema}.{json:table}'],
  },
  links: ['https://supabase.com/docs/guides/database/webhooks'],
  evidence: 'third-party',
});
