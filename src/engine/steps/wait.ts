// wait: waits for an event that is sent to the execution.
import { limit } from '../../core/limit.ts';
import { decode } from '../codec.ts';
import { describeValue, MisuseError, toStepError } from '../error.ts';
import { durationMs } from '../retry-plan.ts';
import type { StepEvent, WaitOptions } from '../step.ts';
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
        checkWanted(life.label, type, match);
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
    // The data stay the JSON text that they came as: written anew for the sake of a Date they could outgrow a row.
    const head = JSON.stringify({ timestamp: new Date(event.at).toISOString(), type }).slice(0, -1);
    const output = `${head},"payload":${event.data}}`;
    life.write({ type: 'completed', attempt: 1, startedAt, endedAt, output, event: event.index });
  };
}

/** A step's event as the journal has it. */
export type KeptEvent<T> = Omit<StepEvent<T>, 'timestamp'> & { readonly timestamp: string };

function checkWanted(label: string, type: unknown, match: unknown): void {
  if (typeof type !== 'string' || type === '') {
    throw new MisuseError(
      `Cannot wait in step '${label}' as the event's type must be a text: current value is '${describeValue(type)}'`,
    );
  }
  if (match !== undefined && typeof match !== 'function') {
    throw new MisuseError(
      `Cannot wait in step '${label}' as match must be a function: current value is ${describeValue(match)}`,
    );
  }
}
