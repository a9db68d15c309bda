// Retry plan: a step's retry settings as the author wrote them, read into a policy; and the loop that follows it.
import { type Duration, parseDuration } from '../core/duration.ts';
import { limit } from '../core/limit.ts';
import { decideRetry, defaultRetryPolicy, type RetryPolicy } from '../core/retry.ts';
import type { AttemptFailedEntry, StepEntry, StepError } from '../core/step.ts';
import { describeValue, MisuseError } from './error.ts';
import type { StepRetries } from './step.ts';
import type { StepLife } from './step-life.ts';

/** @throws {MisuseError} with the duration's error sentence. */
export function durationMs(value: Duration, what: string): number {
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw new MisuseError(
      `${what}: Cannot read duration as it must be a number of milliseconds or a text: current value is ${describeValue(value)}`,
    );
  }
  const parsed = parseDuration(value);
  if (!parsed.ok) throw new MisuseError(`${what}: ${parsed.error}`);
  return parsed.value;
}

/** A retry policy, and the author's delay function where there is one. */
export interface RetryPlan {
  readonly policy: RetryPolicy;
  readonly delay: Exclude<StepRetries['delay'], Duration> | undefined;
}

/** Retries of a question to another object of this deployment: it can't be gone, only away for a moment. */
export const peerPatience = { limit: Infinity, delay: '1 second', maxDelay: '1 minute' } as const;

/** @throws {MisuseError} where a number can't be right. */
export function planRetries(retries: StepRetries | undefined, step: string): RetryPlan {
  if (retries === undefined) return { policy: defaultRetryPolicy, delay: undefined };
  if (retries === null || typeof retries !== 'object') {
    throw new MisuseError(
      `Cannot retry step '${step}' as retries must be an object: current value is ${describeValue(retries)}`,
    );
  }
  checkWord(step, 'backoff', retries.backoff, ['constant', 'linear', 'exponential']);
  checkWord(step, 'jitter', retries.jitter, ['full', 'none']);
  const { limit: retriesMax } = retries;
  if (retriesMax !== Infinity && (!Number.isInteger(retriesMax) || retriesMax < 0)) {
    throw new MisuseError(
      `Cannot retry step '${step}' as retries.limit must be a whole number from 0, or Infinity: current value is ${retriesMax}`,
    );
  }
  const delay = typeof retries.delay === 'function' ? retries.delay : undefined;
  const read = (value: Duration, what: string) => durationMs(value, `Step '${step}', retries.${what}`);
  return {
    policy: {
      limit: retriesMax,
      delayMs:
        typeof retries.delay === 'function' ? defaultRetryPolicy.delayMs : read(retries.delay, 'delay'),
      backoff: retries.backoff ?? defaultRetryPolicy.backoff,
      maxDelayMs:
        retries.maxDelay === undefined ? defaultRetryPolicy.maxDelayMs : read(retries.maxDelay, 'maxDelay'),
      jitter: retries.jitter ?? defaultRetryPolicy.jitter,
      ...(retries.maxElapsed === undefined ? {} : { maxElapsedMs: read(retries.maxElapsed, 'maxElapsed') }),
    },
    delay,
  };
}

/** Without it an unknown word would be found out after the first failure, in the middle of the engine's own work. */
function checkWord(step: string, what: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw new MisuseError(
    `Cannot retry step '${step}' as retries.${what} must be ${words.join(' or ')}: current value is ${describeValue(value)}`,
  );
}

/** A failed attempt: what is journaled of it, what was thrown, and how long the peer asked to be left alone. */
export interface Failed {
  readonly error: StepError;
  readonly thrown: unknown;
  readonly startedAt: number;
  readonly retryAfterMs?: number | undefined;
}

/** Where the attempts of a step stand after a replay. */
export interface AttemptsSoFar {
  readonly attempt: number;
  readonly firstStartedAt: number | undefined;
  /** When the next attempt is due, ms since the epoch; undefined where it may begin at once. */
  readonly retryAt: number | undefined;
}

/** Reads the failed attempts since the step last got somewhere. */
export function attemptsSoFar(past: readonly StepEntry[]): AttemptsSoFar {
  let failed: AttemptFailedEntry[] = [];
  for (const entry of past) {
    if (entry.type === 'attempt-failed') failed.push(entry);
    else failed = [];
  }
  return {
    attempt: failed.filter(({ error }) => !isDenial(error)).length + 1,
    firstStartedAt: failed[0]?.startedAt,
    retryAt: failed.at(-1)?.retryAt,
  };
}

/**
 * After a failed attempt: journals it and waits for the next, or gives the step up.
 * @returns the number of the attempt that is due now, undefined where the step has faulted.
 */
export async function retryOrFault(
  life: StepLife,
  plan: RetryPlan,
  attempt: number,
  firstStartedAt: number,
  failed: Failed,
): Promise<number | undefined> {
  const { clock } = life.ports;
  const endedAt = clock.now();
  const { error, startedAt } = failed;
  const fault = (final: StepError): undefined => {
    life.write({ type: 'faulted', attempt, startedAt, endedAt, error: final });
  };
  if (error.retryable === false) return fault(error);
  if (life.isFull()) {
    const why = `not tried again, as the results, events and errors of the execution have ${limit.journalBytesMax} bytes`;
    return fault({ ...error, message: `${error.message} (${why})` });
  }
  if (isDenial(error)) {
    const retryAt = afterDenial(
      plan.policy,
      firstStartedAt,
      endedAt,
      failed.retryAfterMs ?? 0,
      clock.random(),
    );
    if (retryAt === undefined) return fault(error);
    life.write({ type: 'attempt-failed', attempt, startedAt, endedAt, error, retryAt }, retryAt);
    await life.until(retryAt);
    return attempt;
  }
  const decision = decideRetry(plan.policy, {
    attempt,
    firstStartedAt,
    now: endedAt,
    random: clock.random(),
    ...(failed.retryAfterMs === undefined ? {} : { retryAfterMs: failed.retryAfterMs }),
  });
  if ('exhausted' in decision) return fault(error);
  let { retryAt } = decision;
  const { delay, policy } = plan;
  if (delay !== undefined) {
    const thrown = failed.thrown instanceof Error ? failed.thrown : new Error(error.message);
    try {
      const wanted = await life.outside(async () =>
        life.ports.scope.run(life.label, async () =>
          delay({
            ctx: {
              step: life.step,
              attempt,
              config: { retries: { limit: policy.limit, backoff: policy.backoff } },
            },
            error: thrown,
          }),
        ),
      );
      retryAt =
        endedAt +
        Math.max(durationMs(wanted, `Step '${life.label}', retries.delay`), failed.retryAfterMs ?? 0);
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem);
      return fault({
        ...error,
        code: 'misuse',
        message: `The delay function of step '${life.label}' failed: ${message}`,
        retryable: false,
      });
    }
  }
  life.write({ type: 'attempt-failed', attempt, startedAt, endedAt, error, retryAt }, retryAt);
  await life.until(retryAt);
  return attempt + 1;
}

/** Whether nothing was sent: the host is being left alone, as it asked for or as it did not answer others. */
function isDenial({ code }: StepError): boolean {
  return code === 'throttled' || code === 'circuit-open';
}

/**
 * When to ask for admission again. A denial is no attempt: it uses up no retry, so what many executions suffer at once faults none
 * of them. The longer it lasts, the further apart they come back, so that a host that is up again is not stormed.
 * @returns ms since the epoch; undefined where the policy's time is up
 */
function afterDenial(
  { maxDelayMs, maxElapsedMs = limit.deniedMaxMs }: RetryPolicy,
  firstStartedAt: number,
  now: number,
  retryAfterMs: number,
  random: number,
): number | undefined {
  const spreadMs = Math.min(maxDelayMs, Math.max(limit.deniedSpreadMinMs, (now - firstStartedAt) / 2));
  const retryAt = Math.ceil(now + retryAfterMs + random * spreadMs);
  return retryAt - firstStartedAt > maxElapsedMs ? undefined : retryAt;
}
