import { defineProvider } from '../provider.ts';

/** Telegram Bot API. */
export const telegram = defineProvider({
  id: 'telegram',
  name: 'Telegram Bot API',
  schemes: [{ kind: 'static-token', at: ['{header:x-telegram-bot-api-secret-token}'], written: ['plain'] }],
  events: {
    prefix: 'org.telegram',
    id: ['{json:update_id}'],
    type: ['{canonical:update-member}'],
    typeDefault: 'update',
  },
  links: [
    'https://core.telegram.org/bots/api#setwebhook',
    'https://github.com/tdlib/telegram-bot-api/blob/HEAD/telegram-bot-api/WebhookActor.cpp',
  ],
  evidence: 'sdk',
});
