import { defineProvider } from '../provider.ts';

/** Azure DevOps service hooks: Basic credentials. */
export const azureDevops = defineProvider({
  id: 'azure-devops',
  name: 'Azure DevOps service hooks',
  schemes: [{ kind: 'static-token', at: ['{header:authorization}'], written: ['basic'], ownHeader: true }],
  events: {
    prefix: 'com.microsoft.devops',
    id: ['{json:subscriptionId}-{json:notificationId}'],
    type: ['{json:eventType}'],
    subject: ['{json:resource.id}'],
    time: { at: ['{json:createdDate}'], unit: 'iso' },
  },
  links: [
    'https://learn.microsoft.com/azure/devops/service-hooks/services/webhooks',
    'https://github.com/MicrosoftDocs/azure-devops-docs/blob/HEAD/docs/service-hooks/services/webhooks.md',
  ],
  evidence: 'docs',
});
