// The Worker: what a project of its own would write. Workflows and sources are declared, and the box is made from them.
import { env } from 'cloudflare:workers';
import { signalbox } from './signalbox.ts';
import { sources } from './sources.ts';
import { readVars } from './vars.ts';
import { hrOnboarding } from './workflows/hr-onboarding.ts';
import { orderToCrm } from './workflows/order-to-crm.ts';

const { CRM_URL, DIRECTORY_URL, MAIL_URL, CHAT_URL, TRAINING_URL } = readVars(env);

const box = signalbox({
  sources,
  workflows: [
    orderToCrm({ crmUrl: CRM_URL }),
    hrOnboarding({
      directoryUrl: DIRECTORY_URL,
      mailUrl: MAIL_URL,
      chatUrl: CHAT_URL,
      trainingUrl: TRAINING_URL,
    }),
  ],
});

export default box.worker;
export const { WorkflowObject, SourceObject, UpstreamObject } = box;
