// invoke: starts an execution of another workflow and waits for its end. It is asked at growing intervals, and asked at once when
// it tells that it has ended: a word that is lost costs time, never the result.
import { limit } from '../../core/limit.ts';
import type { StepError } from '../../core/step.ts';
import { nextDepth } from '../chain.ts';
import { encodeJson } from '../codec.ts';
import { MisuseError, toStepError } from '../error.ts';
import type { PeerOutcome } from '../port.ts';
import { attemptsSoFar, peerPatience, planRetries, retryOrFault } from '../retry-plan.ts';
import type { InvokeOptions } from '../step.ts';
import type { StepLife, StepProgram } from '../step-life.ts';
import { refuse } from './do.ts';

/** The program of `step.invoke`. */
export function invokeProgram({ workflow, input }: InvokeOptions): StepProgram {
  return async (life) => {
    const encoded = encodeJson(input);
    if (!encoded.ok) {
      refuse(
        life,
        new MisuseError(`Cannot invoke '${workflow}' in step '${life.label}' as its input ${encoded.error}`),
      );
      return;
    }
    const { clock, peers } = life.ports;
    const waits = life.past.filter((entry) => entry.type === 'waiting');
    const child = waits[0]?.state ?? (await begin(life, workflow, encoded.value));
    if (child === undefined) return;
    const startedAt = waits[0]?.startedAt ?? clock.now();
    for (let asked = waits.length; ; asked += 1) {
      if (asked > 0) {
        const outcome = await ask(life, async () => (await peers.outcome(child)) ?? 'not-yet');
        if (outcome === undefined) return;
        if (outcome !== 'not-yet') {
          settle(life, outcome, child, startedAt);
          return;
        }
      }
      const dueAt =
        clock.now() + Math.min(limit.invokeIntervalMs * 2 ** Math.min(asked, 20), limit.invokeIntervalMaxMs);
      life.write({ type: 'waiting', startedAt, dueAt, state: child }, dueAt);
      await life.until(dueAt);
    }
  };
}

/** Starts the child; undefined where that failed for good. */
async function begin(life: StepLife, workflow: string, data: string): Promise<string | undefined> {
  const depth = nextDepth(life, `invoke '${workflow}'`);
  if (!depth.ok) {
    refuse(life, depth.error);
    return undefined;
  }
  return ask(life, async () => {
    const started = await life.ports.peers.start({
      workflow,
      // Not under the keys that a redrive goes on with: it would find the child that failed or was cancelled with the first run.
      key: `invoke:${life.execution}.${life.ordinal}`,
      data,
      parent: { id: life.execution, step: life.ordinal, depth: depth.value },
      traceparent: life.traceparent(),
    });
    if (!started.ok) throw new MisuseError(started.error);
    return started.value;
  });
}

async function ask<T>(life: StepLife, work: () => Promise<T>): Promise<T | undefined> {
  const plan = planRetries(peerPatience, life.label);
  let { attempt, firstStartedAt, retryAt } = attemptsSoFar(life.past);
  if (retryAt !== undefined) await life.until(retryAt);
  for (;;) {
    const tried = await life.attempt(work);
    if (tried.ok) return tried.value;
    firstStartedAt ??= tried.startedAt;
    const failed = {
      error: toStepError(tried.thrown, life.label),
      thrown: tried.thrown,
      startedAt: tried.startedAt,
    };
    const next = await retryOrFault(life, plan, attempt, firstStartedAt, failed);
    if (next === undefined) return undefined;
    attempt = next;
  }
}

function settle(
  life: StepLife,
  { status, output, error }: PeerOutcome,
  child: string,
  startedAt: number,
): void {
  const times = { attempt: 1, startedAt, endedAt: life.ports.clock.now() };
  if (status === 'completed') {
    life.write({ type: 'completed', ...times, ...(output === undefined ? {} : { output }) });
    return;
  }
  const fault: StepError = {
    code: `child-${status}`,
    name: error?.name ?? 'Error',
    message: `Execution ${child} was ${status}${error === undefined ? '' : `: ${error.message}`}`,
    step: life.label,
    retryable: false,
  };
  life.write({ type: 'faulted', ...times, error: fault });
}
