// Telling: an execution as lines of text, each change once. For where a picture can't be drawn over: CI, a pipe, a file.
import type { ShownAttempt, ShownExecution, ShownStep } from '../../src/core/execution.ts';
import { say, tint } from './terminal.ts';
import { seconds } from './timeline.ts';

export class Telling {
  readonly #told = new Set<string>();
  #from: number | undefined;

  /** Tells what was not told yet of the execution. */
  changes(execution: ShownExecution): void {
    this.#from ??= Date.parse(execution.createdAt);
    for (const step of execution.steps) {
      for (const [index, attempt] of step.attempts.entries()) {
        if (attempt.endedAt === null) continue;
        this.#tell(
          `${step.name} ${index}`,
          Date.parse(attempt.endedAt),
          step.name,
          describe(step, attempt, index),
        );
      }
    }
    this.#tell(execution.status, Date.now(), 'execution', execution.status);
  }

  /** Tells what happened to the service just now. */
  note(what: string): void {
    this.#tell(what, Date.now(), 'service', tint('bad', what));
  }

  #tell(key: string, at: number, who: string, what: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const when = `+${seconds(at - (this.#from ?? at))}`.padStart(8);
    say(`   ${tint('dim', when)}  ${who.padEnd(20)} ${what}`);
  }
}

function describe(
  { attempts, status, nextAttemptAt }: ShownStep,
  attempt: ShownAttempt,
  index: number,
): string {
  const name = `attempt ${index + 1}`;
  const { error, endedAt } = attempt;
  const isLast = index === attempts.length - 1;
  const next =
    isLast && nextAttemptAt !== undefined && endedAt !== null
      ? `, again in ${seconds(Date.parse(nextAttemptAt) - Date.parse(endedAt))}`
      : '';
  if (error !== undefined) return `${name}: ${error.httpStatus ?? error.code}${next}`;
  return `${name}: ${isLast && status === 'completed' ? 'done' : 'not yet'}${next}`;
}
