// Phase: a stretch of a workflow's code whose steps end with it: the body, its rollbacks, its handler of failures; and how the
// execution ends after them.
import type { CutEntry, StepError } from '../core/step.ts';
import type { Outcome } from './port.ts';
import { Stop } from './stop.ts';

export class Phase {
  /** Absent for the body. */
  readonly name: 'compensation' | 'failure' | undefined;
  /** Tells the attempts of this phase that nobody waits for them. */
  readonly stop = new Stop();

  constructor(name?: 'compensation' | 'failure') {
    this.name = name;
  }

  get over(): boolean {
    return this.stop.said;
  }

  end(reason: string): void {
    this.stop.say(() => new Error(reason));
  }
}

/** How a body ended: it returned, it threw, or it was cut. */
export type Ending =
  | { readonly output?: string | undefined }
  | { readonly error: StepError }
  | { readonly cut: CutEntry };

/** Why it did not end well; undefined where it did. */
export function errorOf(ending: Ending): StepError | undefined {
  if ('error' in ending) return ending.error;
  if (!('cut' in ending)) return undefined;
  const [code, message] = isCancelled(ending)
    ? (['cancelled', 'The execution was cancelled'] as const)
    : (['deadline', 'The execution did not end before its deadline'] as const);
  return { code, name: 'Error', message, retryable: false };
}

function isCancelled(ending: Ending): boolean {
  return 'cut' in ending && ending.cut.reason === 'cancelled';
}

/** What is stored of it. */
export function outcomeOf(ending: Ending, startedAt: number, endedAt: number): Outcome {
  const times = { startedAt, endedAt };
  if (isCancelled(ending)) return { status: 'cancelled', ...times };
  const error = errorOf(ending);
  if (error !== undefined) return { status: 'faulted', ...times, error };
  return { status: 'completed', ...times, output: 'output' in ending ? ending.output : undefined };
}
