// hr-onboarding: an employee is hired; three accounts are opened at once, then training is assigned and a welcome mail sent.
import * as z from 'zod';
import { bearer, defineWorkflow, webhook, type WorkflowDefinition } from '../engine/index.ts';

/** `employee.hired` as an HR system sends it in the Standard Webhooks envelope (specification 1.0.0, "Webhook payloads"). */
const hiredSchema = z.object({
  data: z.object({
    employeeId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
    givenName: z.string().min(1),
    familyName: z.string().min(1),
    /** Local part of the mail address to be. */
    login: z.string().regex(/^[a-z0-9.-]{1,64}$/),
    department: z.string(),
    startsOn: z.iso.date(),
  }),
});

const createdSchema = z.object({ id: z.string() });

export interface HrOnboardingOptions {
  /** Base URLs of the systems' APIs, without a slash at their ends. */
  readonly directoryUrl: string;
  readonly mailUrl: string;
  readonly chatUrl: string;
  readonly trainingUrl: string;
  /** Source of the HR system's deliveries; default `hr-events`. */
  readonly source?: string;
}

/** Makes the workflow for one company's systems. Its secret is `ONBOARDING_TOKEN`; its output the ids of what was made. */
export function hrOnboarding(options: HrOnboardingOptions): WorkflowDefinition {
  const { directoryUrl, mailUrl, chatUrl, trainingUrl, source = 'hr-events' } = options;
  const headers = { Authorization: bearer('ONBOARDING_TOKEN') };
  return defineWorkflow(
    {
      name: 'hr-onboarding',
      version: '1',
      triggers: [webhook({ source, types: ['com.standardwebhooks.employee.hired'] })],
      input: hiredSchema,
      secrets: ['ONBOARDING_TOKEN'],
    },
    async ({ data: { data: employee } }, step) => {
      const { employeeId, givenName, familyName, login, department, startsOn } = employee;
      const displayName = `${givenName} ${familyName}`;
      const post = async (name: string, url: string, body: Record<string, unknown>): Promise<string> => {
        const answer = await step.http(name, { method: 'POST', url, headers, body, response: createdSchema });
        return answer.body.id;
      };

      const [directory, mail, chat] = await Promise.all([
        post('open directory account', `${directoryUrl}/accounts`, {
          employeeId,
          displayName,
          login,
          department,
        }),
        post('open mail account', `${mailUrl}/accounts`, { employeeId, displayName, login }),
        post('open chat account', `${chatUrl}/accounts`, { employeeId, displayName, login }),
      ]);
      const training = await post('assign training', `${trainingUrl}/assignments`, {
        account: directory,
        course: `welcome-${department.toLowerCase()}`,
        dueOn: startsOn,
      });
      const welcome = await post('send welcome mail', `${mailUrl}/messages`, {
        mailbox: mail,
        template: 'welcome',
        values: { givenName, startsOn, chat, training },
      });
      return { directory, mail, chat, training, welcome };
    },
  );
}
