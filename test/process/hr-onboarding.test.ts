import { expect, it } from 'vitest';
import { deliver, deliveredSchema } from '../../scripts/local/client.ts';
import { makeHiredDelivery } from '../../scripts/local/hr.ts';
import { pickSecret } from '../../scripts/local/secret.ts';
import { Box } from './box.ts';

it('a hired employee gets three accounts at once, then training, then a welcome mail', async () => {
  await using box = await Box.open({ latencyMs: 500 });
  const delivery = makeHiredDelivery(pickSecret(box.secrets, 'HR_WEBHOOK_SECRET'));
  const accepted = deliveredSchema.parse(await (await deliver(box.url, 'hr-events', delivery)).json());
  const execution = await box.finish(accepted.executions[0]?.id ?? '');
  const log = box.crm.log();
  const accounts = log.slice(0, 3);

  expect(execution).toMatchObject({
    workflow: 'hr-onboarding',
    status: 'completed',
    output: { directory: 'dir_1', mail: 'box_1', chat: 'chat_1', training: 'trn_1', welcome: 'msg_1' },
  });
  expect(accounts.map(({ path }) => path).toSorted()).toEqual([
    '/chat/accounts',
    '/directory/accounts',
    '/mail/accounts',
  ]);
  const attempts = execution.steps.slice(0, 3).map((step) => step.attempts[0]);
  const begun = attempts.map((attempt) => Date.parse(attempt?.startedAt ?? ''));
  const ended = attempts.map((attempt) => Date.parse(attempt?.endedAt ?? ''));
  // At once: the last one begins before the first one has its answer.
  expect(Math.max(...begun)).toBeLessThan(Math.min(...ended));
  expect(log.slice(3)).toMatchObject([
    {
      path: '/training/assignments',
      body: { account: 'dir_1', course: 'welcome-engineering', dueOn: '2026-12-01' },
    },
    {
      path: '/mail/messages',
      body: {
        mailbox: 'box_1',
        template: 'welcome',
        values: { givenName: 'Grace', chat: 'chat_1', training: 'trn_1' },
      },
    },
  ]);
});
