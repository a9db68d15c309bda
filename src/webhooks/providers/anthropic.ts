import { defineProvider } from '../provider.ts';
import { standardRotation, standardWebhooks } from '../standard-webhooks.ts';

/** Anthropic managed agents: its SDK judges by Standard Webhooks. */
export const anthropic = defineProvider({
  id: 'anthropic',
  name: 'Anthropic managed agents',
  schemes: [standardWebhooks('webhook')],
  events: {
    prefix: 'com.anthropic',
    id: ['{header:webhook-id}'],
    type: ['{json:data.type}', '{json:type}'],
    subject: ['{json:data.id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  rotation: standardRotation,
  links: ['https://platform.claude.com/docs/en/managed-agents/webhooks'],
  evidence: 'sdk',
});
