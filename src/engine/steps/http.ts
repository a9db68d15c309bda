// http: one request to a peer, with retries; what it answered is journaled.
import { describeValue, MisuseError, toStepError } from '../error.ts';
import type { HttpRequest, HttpResponse } from '../outbound/request.ts';
import { send } from '../outbound/send.ts';
import { attemptsSoFar, type Failed, planRetries, retryOrFault } from '../retry-plan.ts';
import type { StepRetries } from '../step.ts';
import type { StepLife, StepProgram } from '../step-life.ts';
import { keep, refuse } from './do.ts';

/** The program of `step.http`. */
export function httpProgram(request: HttpRequest & { readonly retries?: StepRetries }): StepProgram {
  return async (life) => {
    let plan;
    try {
      checkRequest(life.label, request);
      plan = planRetries(request.retries, life.label);
    } catch (thrown) {
      refuse(life, thrown);
      return;
    }
    const { attempt: begun, firstStartedAt, retryAt } = attemptsSoFar(life.past);
    if (retryAt !== undefined) await life.until(retryAt);
    let first = firstStartedAt;
    for (let attempt = begun; ;) {
      const asked = await ask(life, request, life.idempotencyKey);
      first ??= asked.startedAt;
      if ('error' in asked) {
        const next = await retryOrFault(life, plan, attempt, first, asked);
        if (next === undefined) return;
        attempt = next;
        continue;
      }
      const { startedAt, response } = asked;
      const endedAt = life.ports.clock.now();
      const output = keep(life.label, response);
      if ('error' in output)
        life.write({ type: 'faulted', attempt, startedAt, endedAt, error: output.error });
      else life.write({ type: 'completed', attempt, startedAt, endedAt, ...output });
      return;
    }
  };
}

/** @throws {MisuseError} where there is no URL to ask: JavaScript's authors may have left it out. */
export function checkRequest(label: string, request: HttpRequest | undefined): void {
  const url: unknown = request?.url;
  if (typeof url === 'string') return;
  throw new MisuseError(
    `Cannot send the request of step '${label}' as its url must be a text: current value is ${describeValue(url)}`,
  );
}

/** Sends the request once, as one attempt. */
export async function ask(
  life: StepLife,
  request: HttpRequest,
  idempotencyKey: string | undefined,
): Promise<Failed | { readonly startedAt: number; readonly response: HttpResponse }> {
  const traceparent = life.traceparent();
  const tried = await life.attempt(({ signal }) =>
    send(
      request,
      {
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(traceparent === undefined ? {} : { traceparent }),
        secrets: life.secrets,
        signal,
      },
      life.ports.outbound,
    ),
  );
  const { startedAt } = tried;
  if (!tried.ok) return { startedAt, thrown: tried.thrown, error: toStepError(tried.thrown, life.label) };
  const outcome = tried.value;
  if (outcome.ok) return { startedAt, response: outcome.value };
  const error = { ...outcome.error, step: life.label };
  return { startedAt, thrown: new Error(error.message), error, retryAfterMs: outcome.retryAfterMs };
}
