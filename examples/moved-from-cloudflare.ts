// A class that was written for Cloudflare Workflows. Its imports came from `cloudflare:workers` and `cloudflare:workflows`; the
// class is as it was, and the last lines name it.
import * as z from 'zod';
import {
  defineWorkflow,
  entrypoint,
  NonRetryableError,
  WorkflowEntrypoint,
  type WorkflowEvent,
  type WorkflowStep,
} from '../src/engine/index.ts';

interface Env {
  readonly GREETING: string;
}

interface Params {
  readonly user: string;
}

class WelcomeWorkflow extends WorkflowEntrypoint<Env, Params> {
  override async run(event: Readonly<WorkflowEvent<Params>>, step: WorkflowStep) {
    const { user } = event.payload;
    const mail = await step.do(
      'write the mail',
      { retries: { limit: 5, delay: '5 seconds', backoff: 'exponential' }, timeout: '15 minutes' },
      async () => {
        if (user === '') throw new NonRetryableError('there is nobody to greet');
        return `${this.env.GREETING}, ${user}`;
      },
    );
    await step.sleep('wait a day', '1 day');
    return { mail, instance: event.instanceId };
  }
}

/** Makes the workflow; `env` is what `import { env } from 'cloudflare:workers'` gives. */
export function welcome(env: Env) {
  return defineWorkflow(
    { name: 'welcome', version: '1', input: z.object({ user: z.string() }) },
    entrypoint(WelcomeWorkflow, env),
  );
}
