import { defineProvider } from '../provider.ts';

/** Workday signs nothing: credentials of your outbound REST call or integration. */
export const workday = defineProvider({
  id: 'workday',
  name: 'Workday',
  schemes: [
    {
      kind: 'static-token',
      at: ['{header:authorization}', '{query:token}'],
      written: ['plain', 'bearer', 'basic'],
      ownHeader: true,
    },
  ],
  events: {
    prefix: 'com.workday',
    bodies: ['json', 'xml'],
    repeatsAfterSeconds: 60,
    type: ['{json:type}', '{json:event}', '{xml:Type}'],
  },
  links: ['https://community.workday.com/'],
  evidence: 'memory',
});
