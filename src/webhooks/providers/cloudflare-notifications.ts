import { defineProvider } from '../provider.ts';

/** Cloudflare Notifications. */
export const cloudflareNotifications = defineProvider({
  id: 'cloudflare-notifications',
  name: 'Cloudflare Notifications',
  schemes: [{ kind: 'static-token', at: ['{header:cf-webhook-auth}'], written: ['plain'] }],
  events: {
    prefix: 'com.cloudflare.notifications',
    type: ['{json:alert_type}'],
    subject: ['{json:account_id}'],
    time: { at: ['{json:ts}'], unit: 's' },
  },
  links: [
    'https://developers.cloudflare.com/notifications/get-started/configure-webhooks/',
    'https://github.com/cloudflare/cloudflare-docs/blob/HEAD/src/content/docs/notifications/get-started/configure-webhooks.mdx',
  ],
  evidence: 'docs',
});
