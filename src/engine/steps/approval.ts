// approval: hands out a signed link and waits for the decision that somebody takes by it.
import * as z from 'zod';
import { limit } from '../../core/limit.ts';
import { decode } from '../codec.ts';
import { questionLengthMax } from '../approval-token.ts';
import { describeValue, MisuseError } from '../error.ts';
import { attemptsSoFar, durationMs, planRetries, retryOrFault } from '../retry-plan.ts';
import type { ApprovalOptions } from '../step.ts';
import type { StepLife, StepProgram } from '../step-life.ts';
import { failure, keep, makeContext, refuse, withTimeout } from './do.ts';

const eventPrefix = 'dev.signalbox.approval.';

/** Type of the event that carries the decision for the `ordinal`-th step: nobody else's. */
export function approvalEvent(ordinal: number): string {
  return `${eventPrefix}${ordinal}`;
}

export function isApprovalEvent(type: string): boolean {
  return type.startsWith(eventPrefix);
}

export const decisionSchema = z.strictObject({
  decision: z.enum(['approved', 'rejected']),
  comment: z.string().max(2_000).optional(),
});

/** The program of `step.approval`. */
export function approvalProgram(options: ApprovalOptions): StepProgram {
  return async (life) => {
    const { clock } = life.ports;
    const waiting = life.past.find((entry) => entry.type === 'waiting');
    const asked =
      waiting?.dueAt === undefined
        ? await hand(life, options)
        : { startedAt: waiting.startedAt, dueAt: waiting.dueAt };
    if (asked === undefined) return;
    const { startedAt, dueAt } = asked;
    const event = await life.until(dueAt, {
      type: approvalEvent(life.ordinal),
      match: undefined,
      read: decode,
    });
    const endedAt = clock.now();
    if (event === undefined) {
      const error = {
        code: 'approval-expired',
        name: 'TimeoutError',
        message: `Nobody decided '${life.label}' before its link expired`,
        step: life.label,
        retryable: false,
      };
      life.write({ type: 'faulted', attempt: 1, startedAt, endedAt, error });
      return;
    }
    const decision = {
      ...decisionSchema.parse(decode(event.data)),
      decidedAt: new Date(event.at).toISOString(),
    };
    const output = keep(life.label, decision);
    if ('error' in output) throw new Error(output.error.message);
    life.write({ type: 'completed', attempt: 1, startedAt, endedAt, ...output, event: event.index });
  };
}

/** Makes the link and has the author hand it over; undefined where that failed for good. */
async function hand(
  life: StepLife,
  { notify, question, timeout }: ApprovalOptions,
): Promise<{ startedAt: number; dueAt: number } | undefined> {
  const { clock, approvals } = life.ports;
  const plan = planRetries(undefined, life.label);
  let goodForMs: number;
  try {
    if (typeof notify !== 'function') {
      throw new MisuseError(
        `Cannot ask for an approval in step '${life.label}' as notify must be a function: current value is ${describeValue(notify)}`,
      );
    }
    if (question !== undefined && question.length > questionLengthMax) {
      throw new MisuseError(
        `Cannot ask for an approval in step '${life.label}' as the question must be at most ${questionLengthMax} characters: it has ${question.length}`,
      );
    }
    goodForMs =
      timeout === undefined ? limit.approvalTimeoutMs : durationMs(timeout, `Step '${life.label}', timeout`);
  } catch (thrown) {
    refuse(life, thrown);
    return undefined;
  }
  let { attempt, firstStartedAt, retryAt } = attemptsSoFar(life.past);
  if (retryAt !== undefined) await life.until(retryAt);
  for (;;) {
    const dueAt = clock.now() + goodForMs;
    const tried = await life.attempt(async (stop) => {
      const claims = { execution: life.execution, step: life.ordinal, expiresAt: dueAt };
      const link = await approvals.link(question === undefined ? claims : { ...claims, question });
      await withTimeout(life, limit.attemptTimeoutMs, stop, async (until) =>
        notify(
          { ...link, expiresAt: new Date(dueAt) },
          makeContext(life, plan, attempt, limit.attemptTimeoutMs, until),
        ),
      );
    });
    const { startedAt } = tried;
    firstStartedAt ??= startedAt;
    if (tried.ok) {
      life.write({ type: 'waiting', startedAt, endedAt: clock.now(), dueAt }, dueAt);
      return { startedAt, dueAt };
    }
    const failed = { error: failure(tried.thrown, life.label), thrown: tried.thrown, startedAt };
    const next = await retryOrFault(life, plan, attempt, firstStartedAt, failed);
    if (next === undefined) return undefined;
    attempt = next;
  }
}
