// do: runs a callback of the author's, with retries and a timeout, and journals what it returns.
import { limit } from '../../core/limit.ts';
import type { StepError } from '../../core/step.ts';
import { encode } from '../codec.ts';
import { MisuseError, toStepError } from '../error.ts';
import { attemptsSoFar, durationMs, planRetries, type RetryPlan, retryOrFault } from '../retry-plan.ts';
import type { StepConfig, StepContext } from '../step.ts';
import type { StepLife, StepProgram } from '../step-life.ts';
import { Stop } from '../stop.ts';

class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** The program of `step.do`. */
export function doProgram(config: StepConfig, callback: (ctx: StepContext) => Promise<unknown>): StepProgram {
  return async (life) => {
    let settings;
    try {
      settings = readSettings(config, life.label);
    } catch (thrown) {
      refuse(life, thrown);
      return;
    }
    const { plan, timeoutMs } = settings;
    const { attempt: begun, firstStartedAt, retryAt } = attemptsSoFar(life.past);
    if (retryAt !== undefined) await life.until(retryAt);
    let first = firstStartedAt;
    for (let attempt = begun; ;) {
      const tried = await life.attempt((stop) =>
        withTimeout(life, timeoutMs, stop, (until) =>
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
      const next = await retryOrFault(life, plan, attempt, first, failed);
      if (next === undefined) return;
      attempt = next;
    }
  };
}

/**
 * Reads a config into what it means.
 * @throws {MisuseError} where a number or a word can't be right.
 */
export function readSettings(
  { retries, timeout }: StepConfig,
  label: string,
): { readonly plan: RetryPlan; readonly timeoutMs: number } {
  const plan = planRetries(retries, label);
  if (timeout === undefined) return { plan, timeoutMs: limit.attemptTimeoutMs };
  const timeoutMs = durationMs(timeout, `Step '${label}', timeout`);
  if (timeoutMs > 0) return { plan, timeoutMs };
  throw new MisuseError(
    `Cannot run step '${label}' as its timeout must be at least 1 ms: current value is ${timeout}`,
  );
}

/** What an author's code is told about the attempt it makes. */
export function makeContext(
  life: StepLife,
  { policy }: RetryPlan,
  attempt: number,
  timeoutMs: number,
  stop: Stop,
): StepContext {
  const { limit: retries, delayMs: delay, backoff } = policy;
  return {
    step: life.step,
    attempt,
    config: { retries: { limit: retries, delay, backoff }, timeout: timeoutMs },
    get signal() {
      return stop.signal;
    },
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

/** A step's result as the journal keeps it, or why it can't be kept. */
export function keep(label: string, value: unknown): Kept {
  return keepResult(`step '${label}'`, value, label);
}

type Kept = { readonly output?: string } | { readonly error: StepError };

/**
 * A result as it is kept, or why it can't be.
 * @param of whose result it is, for the sentence
 * @param step the step that failed by it, where it is a step's
 */
export function keepResult(of: string, value: unknown, step?: string): Kept {
  const refused = (message: string): Kept => ({ error: toStepError(new MisuseError(message), step) });
  const encoded = encode(value);
  if (!encoded.ok) return refused(`Cannot return this from ${of} as ${encoded.error}`);
  const { value: output } = encoded;
  if (output === undefined) return {};
  // Cheap first: a UTF-16 unit is at most three bytes of UTF-8.
  if (output.length * 3 <= limit.outputBytesMax) return { output };
  const bytes = new TextEncoder().encode(output).byteLength;
  if (bytes <= limit.outputBytesMax) return { output };
  return refused(
    `Cannot keep the result of ${of} as it must be at most ${limit.outputBytesMax} bytes: it is ${bytes}; store it elsewhere and return where`,
  );
}

/** Runs work that is told when its time is up; rejects then whether it listens or not. */
export async function withTimeout<T>(
  { label, ports: { clock } }: StepLife,
  timeoutMs: number,
  outer: Stop,
  work: (stop: Stop) => Promise<T>,
): Promise<T> {
  const stop = new Stop(outer);
  let settled = false;
  const working = work(stop);
  const settle = () => {
    settled = true;
  };
  const settling = working.then(settle, settle);
  // Most work is done within the turn it began in: a timer costs more than it, and is made for the rest.
  await Promise.race([settling, clock.turn()]);
  if (settled) return working;
  const done = new AbortController();
  const timeout = clock.after(timeoutMs, AbortSignal.any([outer.signal, done.signal])).then(() => {
    const error = new TimeoutError(`Step '${label}' took longer than its timeout of ${timeoutMs} ms`);
    if (!settled) stop.say(() => error);
    throw error;
  });
  timeout.catch(() => {});
  try {
    return await Promise.race([working, timeout]);
  } finally {
    done.abort();
  }
}

/** What an attempt threw, as it is journaled. */
export function failure(thrown: unknown, label: string): StepError {
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
