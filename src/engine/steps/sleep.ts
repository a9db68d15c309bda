// sleep: waits for a moment. The wait is a timer: nothing is kept in memory for it.
import { limit } from '../../core/limit.ts';
import { MisuseError } from '../error.ts';
import { durationMs } from '../retry-plan.ts';
import type { StepLife, StepProgram } from '../step-life.ts';
import type { Duration } from '../../core/duration.ts';
import { refuse } from './do.ts';

/** The program of `step.sleep`. */
export function sleepProgram(duration: Duration): StepProgram {
  return (life) => sleep(life, () => life.ports.clock.now() + durationMs(duration, `Step '${life.label}'`));
}

/** The program of `step.sleepUntil`; a number is ms since the epoch. */
export function sleepUntilProgram(moment: Date | number): StepProgram {
  return (life) =>
    sleep(life, () => {
      const due = moment instanceof Date ? moment.getTime() : typeof moment === 'number' ? moment : NaN;
      const now = life.ports.clock.now();
      if (!Number.isFinite(due) || due - now > limit.sleepMaxMs) {
        throw new MisuseError(
          `Cannot sleep in step '${life.label}' as the moment must be a valid Date (or ms since the epoch), at most 365 days ahead: current value is ${String(moment)}`,
        );
      }
      return Math.ceil(due);
    });
}

async function sleep(life: StepLife, read: () => number): Promise<void> {
  const begun = life.past.find((entry) => entry.type === 'waiting');
  let { startedAt, dueAt } = begun ?? {};
  if (startedAt === undefined || dueAt === undefined) {
    startedAt = life.ports.clock.now();
    try {
      dueAt = read();
    } catch (thrown) {
      refuse(life, thrown);
      return;
    }
    if (dueAt > startedAt) life.write({ type: 'waiting', startedAt, dueAt }, dueAt);
  }
  await life.until(dueAt);
  life.write({ type: 'completed', attempt: 1, startedAt, endedAt: life.ports.clock.now() });
}
