// poll: asks a slow peer again and again until it is done. Between two questions there is only a timer.
import type { z } from 'zod';
import { limit } from '../../core/limit.ts';
import type { StepEntry, StepError } from '../../core/step.ts';
import { describeValue, MisuseError, toStepError } from '../error.ts';
import { attemptsSoFar, durationMs, planRetries, retryOrFault } from '../retry-plan.ts';
import type { PollOptions } from '../step.ts';
import type { StepLife, StepProgram } from '../step-life.ts';
import { keep, refuse } from './do.ts';
import { ask, checkRequest } from './http.ts';

interface Pace {
  readonly intervalMs: number;
  readonly maxIntervalMs: number;
  readonly doubling: boolean;
  readonly deadlineMs: number;
}

/** The program of `step.poll`. */
export function pollProgram<Body extends z.ZodType>(options: PollOptions<Body>): StepProgram {
  return async (life) => {
    let plan;
    let pace: Pace;
    try {
      if (typeof options.until !== 'function') {
        throw new MisuseError(
          `Cannot poll in step '${life.label}' as until must be a function: current value is ${describeValue(options.until)}`,
        );
      }
      checkRequest(life.label, options.request);
      plan = planRetries(options.retries, life.label);
      pace = readPace(options, life.label);
    } catch (thrown) {
      refuse(life, thrown);
      return;
    }
    const past = questions(life.past);
    let { asked } = past;
    let { attempt, firstStartedAt, retryAt } = attemptsSoFar(life.past);
    const begun = past.begun ?? life.ports.clock.now();
    const deadline = begun + pace.deadlineMs;
    const next = retryAt ?? past.dueAt;
    if (next !== undefined) await life.until(next);
    for (;;) {
      const answer = await ask(life, options.request, undefined);
      const { startedAt } = answer;
      if ('error' in answer) {
        firstStartedAt ??= startedAt;
        if (life.ports.clock.now() >= deadline) {
          const endedAt = life.ports.clock.now();
          life.write({ type: 'faulted', attempt: asked + 1, startedAt, endedAt, error: answer.error });
          return;
        }
        const again = await retryOrFault(life, plan, attempt, firstStartedAt, answer);
        if (again === undefined) return;
        attempt = again;
        continue;
      }
      attempt = 1;
      firstStartedAt = undefined;
      asked += 1;
      const endedAt = life.ports.clock.now();
      const verdict = judge(options, answer.response, life);
      if (verdict !== 'not-yet') {
        if ('error' in verdict)
          life.write({ type: 'faulted', attempt: asked, startedAt, endedAt, error: verdict.error });
        else life.write({ type: 'completed', attempt: asked, startedAt, endedAt, ...verdict });
        return;
      }
      if (endedAt >= deadline) {
        const message = `Step '${life.label}' asked ${asked} times in ${pace.deadlineMs} ms and the answer was never final`;
        life.write({
          type: 'faulted',
          attempt: asked,
          startedAt,
          endedAt,
          error: { code: 'poll-deadline', name: 'Error', message, step: life.label, retryable: false },
        });
        return;
      }
      if (asked >= limit.attemptsMax) {
        const message = `Step '${life.label}' asked ${asked} times, the most that a poll may, and the answer was never final: ask less often`;
        const error = { code: 'poll-limit', name: 'Error', message, step: life.label, retryable: false };
        life.write({ type: 'faulted', attempt: asked, startedAt, endedAt, error });
        return;
      }
      const dueAt = Math.min(endedAt + waitMs(pace, asked), deadline);
      life.write({ type: 'waiting', startedAt, endedAt, dueAt, attempt: asked }, dueAt);
      await life.until(dueAt);
    }
  };
}

function readPace<Body extends z.ZodType>(options: PollOptions<Body>, label: string): Pace {
  const read = (value: PollOptions<Body>['interval'], otherwise: number, what: string) =>
    value === undefined ? otherwise : durationMs(value, `Step '${label}', ${what}`);
  const intervalMs = Math.max(
    read(options.interval, limit.pollIntervalMs, 'interval'),
    limit.pollIntervalMinMs,
  );
  return {
    intervalMs,
    maxIntervalMs: Math.max(read(options.maxInterval, limit.pollIntervalMaxMs, 'maxInterval'), intervalMs),
    doubling: options.backoff === 'exponential',
    deadlineMs: read(options.deadline, limit.pollDeadlineMs, 'deadline'),
  };
}

function waitMs(pace: Pace, asked: number): number {
  if (!pace.doubling) return pace.intervalMs;
  // The exponent is capped so that a poll of a thousand questions does not overflow into Infinity.
  return Math.min(pace.intervalMs * 2 ** Math.min(asked - 1, 40), pace.maxIntervalMs);
}

function questions(past: readonly StepEntry[]): {
  asked: number;
  begun: number | undefined;
  dueAt: number | undefined;
} {
  let asked = 0;
  let begun: number | undefined;
  let dueAt: number | undefined;
  for (const entry of past) {
    begun ??= entry.startedAt;
    if (entry.type !== 'waiting') continue;
    asked = entry.attempt ?? asked;
    dueAt = entry.dueAt;
  }
  return { asked, begun, dueAt };
}

function judge<Body extends z.ZodType>(
  options: PollOptions<Body>,
  response: Awaited<ReturnType<typeof ask>> extends infer Asked
    ? Extract<Asked, { response: unknown }>['response']
    : never,
  life: StepLife,
): 'not-yet' | { output?: string } | { error: StepError } {
  try {
    // `send` has parsed the body by the same schema that types it.
    const isDone = life.ports.scope.run(life.label, () =>
      options.until(response as Parameters<typeof options.until>[0]),
    );
    if (!isDone) return 'not-yet';
  } catch (thrown) {
    return { error: { ...toStepError(thrown, life.label), retryable: false } };
  }
  return keep(life.label, response);
}
