// do: runs a callback of the author's, with retries and a timeout, and journals what it returns.
import { limit } from '../../core/limit.ts';
import type { StepError } from '../../core/step.ts';
import { encode } from '../codec.ts';
import { MisuseError, toStepError } from '../error.ts';
import { attemptsSoFar, durationMs, planRetries, type RetryPlan, retryOrFault } from '../retry-plan.ts';
import type { StepConfig, StepContext } from '../step.ts';
import type { StepLife, StepProgram } from '../step-life.ts';

class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** The program of `step.do`. */
export function doProgram(config: StepConfig, callback: (ctx: StepContext) => Promise<unknown>): StepProgram {
  return async (life) => {
    let settings;
    try {
      settings = {
        plan: planRetries(config.retries, life.label),
        timeoutMs:
          config.timeout === undefined
            ? limit.attemptTimeoutMs
            : durationMs(config.timeout, `Step '${life.label}', timeout`),
      };
    } catch (thrown) {
      refuse(life, thrown);
      return;
    }
    const { plan, timeoutMs } = settings;
    const { attempt: begun, firstStartedAt, retryAt } = attemptsSoFar(life.past);
    if (retryAt !== undefined) await life.until(retryAt);
    let first = firstStartedAt;
    for (let attempt = begun; ; attempt += 1) {
      const tried = await life.attempt((signal) =>
        withTimeout(life, timeoutMs, signal, (until) =>
          callback(makeContext(life, plan, attempt, timeoutMs, until)),
        ),
      );
      const { startedAt } = tried;
      first ??= startedAt;
      if (tried.ok) {
        const output = keep(life.label, tried.value);
        const endedAt = life.ports.clock.now();
        if ('error' in output)
          life.write({ type: 'faulted', attempt, startedAt, endedAt, error: output.error });
        else
          life.write({
            type: 'completed',
            attempt,
            startedAt,
            endedAt,
            ...output,
            ...(config.sensitive === 'output' ? { sensitive: true } : {}),
          });
        return;
      }
      const failed = { error: failure(tried.thrown, life.label), thrown: tried.thrown, startedAt };
      if (!(await retryOrFault(life, plan, attempt, first, failed))) return;
    }
  };
}

/** What an author's code is told about the attempt it makes. */
export function makeContext(
  life: StepLife,
  { policy }: RetryPlan,
  attempt: number,
  timeoutMs: number,
  signal: AbortSignal,
): StepContext {
  const { limit: retries, delayMs: delay, backoff } = policy;
  return {
    step: life.step,
    attempt,
    config: { retries: { limit: retries, delay, backoff }, timeout: timeoutMs },
    signal,
    idempotencyKey: life.idempotencyKey,
    secret: (name) => readSecret(life, name),
  };
}

/** Journals a step that was called wrongly: it faults without an attempt. */
export function refuse(life: StepLife, thrown: unknown): void {
  const now = life.ports.clock.now();
  life.write({
    type: 'faulted',
    attempt: 0,
    startedAt: now,
    endedAt: now,
    error: toStepError(thrown, life.label),
  });
}

/** A result as the journal keeps it, or why it can't be kept. */
export function keep(label: string, value: unknown): { output?: string } | { error: StepError } {
  const encoded = encode(value);
  if (!encoded.ok)
    return {
      error: toStepError(
        new MisuseError(`Cannot return this from step '${label}' as ${encoded.error}`),
        label,
      ),
    };
  const { value: output } = encoded;
  if (output === undefined) return {};
  // Cheap first: a UTF-16 unit is at most three bytes of UTF-8.
  if (output.length * 3 > limit.outputBytesMax) {
    const bytes = new TextEncoder().encode(output).byteLength;
    if (bytes > limit.outputBytesMax) {
      return {
        error: toStepError(
          new MisuseError(
            `Cannot keep the result of step '${label}' as it must be at most ${limit.outputBytesMax} bytes: it is ${bytes}; store it elsewhere and return where`,
          ),
          label,
        ),
      };
    }
  }
  return { output };
}

async function withTimeout<T>(
  life: StepLife,
  timeoutMs: number,
  over: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const settled = new AbortController();
  const signal = AbortSignal.any([over, controller.signal]);
  const timeout = life.ports.clock.after(timeoutMs, AbortSignal.any([over, settled.signal])).then(() => {
    const error = new TimeoutError(`Step '${life.label}' took longer than its timeout of ${timeoutMs} ms`);
    if (!settled.signal.aborted) controller.abort(error);
    throw error;
  });
  timeout.catch(() => {});
  try {
    return await Promise.race([work(signal), timeout]);
  } finally {
    settled.abort();
  }
}

function failure(thrown: unknown, label: string): StepError {
  const error = toStepError(thrown, label);
  return thrown instanceof TimeoutError ? { ...error, code: 'timeout' } : error;
}

function readSecret(life: StepLife, name: string): string {
  if (!life.secrets.includes(name)) {
    throw new MisuseError(
      `Cannot use secret '${name}' in step '${life.label}' as the workflow does not declare it: add it to the workflow's secrets`,
    );
  }
  const value = life.ports.outbound.secret(name);
  if (value === undefined) {
    throw new MisuseError(
      `Cannot use secret '${name}' in step '${life.label}' as it is not set: npx wrangler secret put ${name}`,
    );
  }
  return value;
}
