// wait: waits for an event that is sent to the execution.
import { limit } from '../../core/limit.ts';
import { decode, encode } from '../codec.ts';
import { toStepError } from '../error.ts';
import { durationMs } from '../retry-plan.ts';
import type { WaitOptions } from '../step.ts';
import type { StepProgram } from '../step-life.ts';
import { refuse } from './do.ts';

/** The program of `step.waitForEvent`. */
export function waitProgram<T>({ type, timeout, match }: WaitOptions<T>): StepProgram {
  return async (life) => {
    const { clock } = life.ports;
    const begun = life.past.find((entry) => entry.type === 'waiting');
    const startedAt = begun?.startedAt ?? clock.now();
    let dueAt = begun?.dueAt;
    if (dueAt === undefined) {
      try {
        dueAt =
          startedAt +
          (timeout === undefined
            ? limit.eventTimeoutMs
            : durationMs(timeout, `Step '${life.label}', timeout`));
      } catch (thrown) {
        refuse(life, thrown);
        return;
      }
      life.write({ type: 'waiting', startedAt, dueAt }, dueAt);
    }
    // The sender's data are what the author says they are: the type is theirs to check, by `match`.
    const wanted = {
      type,
      read: decode,
      match: match === undefined ? undefined : (data: unknown) => match(data as T),
    };
    let event;
    try {
      event = await life.until(dueAt, wanted);
    } catch (thrown) {
      life.write({
        type: 'faulted',
        attempt: 1,
        startedAt,
        endedAt: clock.now(),
        error: toStepError(thrown, life.label),
      });
      return;
    }
    const endedAt = clock.now();
    if (event === undefined) {
      const message = `No event '${type}' came for step '${life.label}' in ${dueAt - startedAt} ms`;
      const error = {
        code: 'event-timeout',
        name: 'TimeoutError',
        message,
        step: life.label,
        retryable: false,
      };
      life.write({ type: 'faulted', attempt: 1, startedAt, endedAt, error });
      return;
    }
    const encoded = encode({ payload: decode(event.data), timestamp: new Date(event.at), type });
    if (!encoded.ok || encoded.value === undefined) throw new Error('an event that was kept cannot be read');
    life.write({
      type: 'completed',
      attempt: 1,
      startedAt,
      endedAt,
      output: encoded.value,
      event: event.index,
    });
  };
}
