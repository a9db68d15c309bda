// Compensation: what undoes the steps of an execution that did not end well, in the reverse order of their calls. Each rollback is
// a step of its own, with its own retries and its own lines in the journal.
import type { StepError } from '../core/step.ts';
import { decode } from './codec.ts';
import { StepFault } from './error.ts';
import type { History } from './journal.ts';
import type { RollbackOptions, StepContext } from './step.ts';
import type { StepProgram } from './step-life.ts';
import { doProgram } from './steps/do.ts';

interface Undo {
  readonly label: string;
  /** Of the step that is undone: what undoes it has its idempotency key by it. */
  readonly ordinal: number;
  readonly step: StepContext['step'];
  readonly options: RollbackOptions<unknown>;
  /** The step's result as the journal has it; undefined where the step did not complete. */
  output: string | undefined;
}

export class Compensation {
  /** Outputs that the journal has of steps; read when such a step registers again on a replay. */
  readonly #outputs = new Map<string, string | undefined>();
  readonly #undos = new Map<string, Undo>();

  constructor(history: History) {
    for (const entry of history.terminal) {
      if (entry.type === 'completed') this.#outputs.set(entry.name, entry.output);
    }
  }

  /** A step with a rollback was called. */
  register<T>(ordinal: number, label: string, step: StepContext['step'], options: RollbackOptions<T>): void {
    // What the rollback is given is what this same step returned.
    this.#undos.set(label, {
      label,
      ordinal,
      step,
      options: options as RollbackOptions<unknown>,
      output: this.#outputs.get(label),
    });
  }

  /** A step with a rollback completed. */
  completed(label: string, output: string | undefined): void {
    const undo = this.#undos.get(label);
    if (undo !== undefined) undo.output = output;
  }

  /** Runs every rollback, the last first. One that fails for good does not keep the others from running. */
  async run(
    error: StepError,
    call: (name: string, program: StepProgram, undoes: number) => Promise<void>,
  ): Promise<void> {
    for (const { label, ordinal, step, options, output } of [...this.#undos.values()].toReversed()) {
      const { rollback, rollbackConfig = {} } = options;
      const undo = async (own: StepContext): Promise<void> => {
        // As Cloudflare has it: the step that is named is the one that is undone.
        const ctx = { ...own, step };
        await rollback({ ctx, error: new StepFault(error), output: decode(output), stepName: label });
      };
      try {
        await call(`rollback ${label}`, doProgram(rollbackConfig, undo), ordinal);
      } catch {
        // Journaled as the rollback's own fault, and shown with it.
      }
    }
  }
}
