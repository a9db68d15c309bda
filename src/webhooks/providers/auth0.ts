import { defineProvider } from '../provider.ts';

/** Auth0 log streams: a list, one object, or a line each. */
export const auth0 = defineProvider({
  id: 'auth0',
  name: 'Auth0 log streams',
  schemes: [{ kind: 'static-token', at: ['{header:authorization}'], written: ['plain', 'bearer'] }],
  events: {
    prefix: 'com.auth0',
    bodies: ['json', 'lines'],
    batch: [''],
    id: ['{item:log_id}', '{item:data.log_id}'],
    type: ['{item:data.type}', '{item:type}'],
    time: { at: ['{item:data.date}'], unit: 'iso' },
  },
  links: [
    'https://auth0.com/docs/customize/log-streams/custom-log-streams',
    'https://github.com/auth0/docs-v2/blob/HEAD/main/docs/customize/log-streams/custom-log-streams.mdx',
  ],
  evidence: 'docs',
});
