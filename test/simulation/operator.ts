// Operator: whoever holds executions, lets them go on, cancels them, and runs them anew.
import type { ControlRefusal } from '../../src/core/control.ts';
import type { StatusAnswer } from '../../src/core/execution.ts';
import type { Result } from '../../src/core/result.ts';
import type { Client, Planned } from './client.ts';
import type { World } from './world.ts';

/** How long an operator waits at most until an execution is looked at again, ms: 20 days. */
const pauseMaxMs = 20 * 86_400_000;

/** What an operator does to an execution, so many ms after it was accepted. */
export interface Fate {
  readonly what: 'suspend' | 'cancel' | 'cancel at once' | 'redrive' | 'redrive from the start';
  readonly after: number;
  /** For how long it is held, ms. */
  readonly pause: number;
}

/** Does it, until it is done or can't be done any more. */
export async function act(
  client: Client,
  world: World,
  plan: Planned,
  id: string,
  fate: Fate,
): Promise<void> {
  const { serial } = world.locate(id);
  world.tell(() => `operator: ${fate.what} ${plan.request.key}`);
  switch (fate.what) {
    case 'suspend': {
      const held = await client.call((life) => life.control.change({ to: 'suspended' }, serial));
      world.tell(() => `operator: ${plan.request.key} is ${statusIn(held)}`);
      if (!held.ok) return;
      await client.wait(fate.pause);
      await client.call((life) => life.control.change({ to: 'running' }, serial));
      return;
    }
    case 'cancel':
    case 'cancel at once': {
      const compensate = fate.what === 'cancel';
      const done = await client.call((life) => life.control.change({ to: 'cancelled', compensate }, serial));
      if (done.ok) world.invariants.cancelled(id);
      return;
    }
    case 'redrive':
    case 'redrive from the start':
      await redrive(client, world, plan, id, fate);
  }
}

async function redrive(client: Client, world: World, plan: Planned, id: string, fate: Fate): Promise<void> {
  const { serial } = world.locate(id);
  for (let pause = 1_000; ; pause = Math.min(4 * pause, pauseMaxMs)) {
    const shown = await client.call((life) => life.shard.status({ id }, serial));
    if (shown === undefined) return;
    const { steps } = JSON.parse(shown.body) as { steps: { name: string }[] };
    const from = fate.what === 'redrive' ? undefined : steps[0]?.name;
    const request = { key: `redrive ${fate.after}`, ...(from === undefined ? {} : { from }) };
    if (shown.final) {
      const record = world.main.disk.executions.get(serial);
      if (record !== undefined && !world.deployment.isSequential(world.main.name, record))
        world.peer.forgive(record.event.id);
      const redriven = await client.call((life) => life.control.redrive(request, serial));
      if (!redriven.ok) return;
      world.tell(() => `operator: ${plan.request.key} runs anew as ${redriven.value.id}`);
      client.attend(plan, redriven.value.id);
      return;
    }
    await client.wait(pause);
  }
}

function statusIn(result: Result<StatusAnswer, ControlRefusal>): string {
  if (!result.ok) return JSON.stringify(result.error);
  return String((JSON.parse(result.value.body) as { status?: string }).status);
}
