// The Worker under test: the shipped one, with the tests' own workflows and sources beside its own.
import { env } from 'cloudflare:workers';
import { defineSource } from '../src/core/source.ts';
import { signalbox } from '../src/signalbox.ts';
import { sources } from '../src/sources.ts';
import { readVars } from '../src/vars.ts';
import { hrOnboarding } from '../src/workflows/hr-onboarding.ts';
import { orderToCrm } from '../src/workflows/order-to-crm.ts';
import { exampleWorkflows } from './examples/workflow.ts';
import { engineWorkflows } from './fixture/engine-workflow.ts';
import { featureWorkflows } from './fixture/feature-workflow.ts';
import { lifeWorkflows } from './fixture/life-workflow.ts';
import { payloadWorkflows } from './fixture/payload-workflow.ts';
import { testWorkflows } from './fixture/workflow.ts';

const { CRM_URL, DIRECTORY_URL, MAIL_URL, CHAT_URL, TRAINING_URL } = readVars(env);

const box = signalbox({
  sources: [...sources, ...testSources()],
  workflows: [
    orderToCrm({ crmUrl: CRM_URL }),
    hrOnboarding({
      directoryUrl: DIRECTORY_URL,
      mailUrl: MAIL_URL,
      chatUrl: CHAT_URL,
      trainingUrl: TRAINING_URL,
    }),
    ...testWorkflows,
    ...lifeWorkflows,
    ...engineWorkflows,
    ...featureWorkflows,
    ...payloadWorkflows,
    ...exampleWorkflows,
  ],
});

function testSources() {
  return ['github', 'stripe', 'shopify', 'slack', 'standardwebhooks', 'generic'].map((provider) =>
    defineSource({ name: `test-${provider}`, provider, secrets: [`TEST_${provider.toUpperCase()}_SECRET`] }),
  );
}

export default box.worker;
export const { WorkflowObject, SourceObject, UpstreamObject } = box;
