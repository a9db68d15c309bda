// What the tests of workflow objects share: reaching an object, starting an execution, ringing its alarm at a given time.
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { AcceptRequest, AcceptResult, WorkflowRpc } from '../../src/core/acceptance.ts';
import type { ControlRpc } from '../../src/core/control.ts';
import type { DeliveryRpc } from '../../src/core/delivery-log.ts';
import { type ShownExecution, shownExecutionSchema } from '../../src/core/execution.ts';
import { until } from '../until.ts';

type Stub = DurableObjectStub & WorkflowRpc & ControlRpc & DeliveryRpc;

export function objectOf(workflow: string, shard = 0): Stub {
  const { WORKFLOW } = env as { WORKFLOW: { getByName(name: string): Stub } };
  return WORKFLOW.getByName(`${workflow}/${shard}`);
}

export function requestFor(
  workflow: string,
  data: unknown,
  more: Partial<AcceptRequest> = {},
): AcceptRequest {
  const key = more.key ?? `test:${crypto.randomUUID()}`;
  return {
    workflow,
    shard: 0,
    key,
    event: { id: key, type: 'dev.signalbox.test', source: 'test', time: new Date().toISOString() },
    data: JSON.stringify(data),
    ...more,
  };
}

/** Starts an execution and gives its id. */
export async function start(
  workflow: string,
  data: unknown = {},
  more: Partial<AcceptRequest> = {},
): Promise<string> {
  const accepted = await objectOf(workflow).accept(requestFor(workflow, data, more));
  return expectAccepted(accepted).id;
}

export function expectAccepted(result: AcceptResult) {
  if (!result.ok) throw new Error(`refused: ${result.error.kind}`);
  return result.value;
}

export async function statusOf(id: string): Promise<ShownExecution> {
  const answer = await objectOf(id.split('.')[0] ?? '').status({ id });
  if (answer === undefined) throw new Error(`no execution ${id}`);
  return shownExecutionSchema.parse(JSON.parse(answer.body));
}

/** Waits for the status. Not by `waitSeconds`: what changed since the last look would not be heard of until they are over. */
export async function untilStatus(
  id: string,
  ...wanted: ShownExecution['status'][]
): Promise<ShownExecution> {
  return until(async () => {
    const shown = await statusOf(id);
    if (wanted.includes(shown.status)) return shown;
    throw new Error(`execution ${id} never was ${wanted.join(' or ')}: ${JSON.stringify(shown)}`);
  });
}

export async function untilFinal(id: string): Promise<ShownExecution> {
  return untilStatus(id, 'completed', 'faulted', 'cancelled');
}

/** Moves the clock on and rings the object's alarm, as the platform would when it is due. */
export async function passTime(workflow: string, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(objectOf(workflow));
}
