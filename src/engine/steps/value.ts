// value: journals what would otherwise differ on replay: the time, a random number, a UUID.
import { encode } from '../codec.ts';
import type { StepProgram } from '../step-life.ts';

/** The program of `step.now`, `step.random` and `step.uuid`. */
export function valueProgram(read: () => number | string): StepProgram {
  return async (life) => {
    const now = life.ports.clock.now();
    const encoded = encode(read());
    if (!encoded.ok) throw new Error(encoded.error);
    life.write({
      type: 'completed',
      attempt: 1,
      startedAt: now,
      endedAt: now,
      ...(encoded.value === undefined ? {} : { output: encoded.value }),
    });
  };
}
