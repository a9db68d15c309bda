// Step calls: numbers and names the calls of an execution's steps, and holds each against what the journal has under its number.
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { StepError, StepKind } from '../core/step.ts';
import { describeValue, MisuseError } from './error.ts';
import type { History, PastStep } from './journal.ts';

/** A call that may go on. */
export interface Claim {
  /** How many steps were called before it. */
  readonly ordinal: number;
  /** The author's name, with `#2`, `#3`, … where it was called before. */
  readonly label: string;
  readonly step: { readonly name: string; readonly count: number };
  readonly past: PastStep | undefined;
}

/** A call that was wrong, or that proves that the code has changed since the journal was written. */
export type Refusal = { readonly misuse: MisuseError } | { readonly divergence: StepError };

export class StepCalls {
  readonly #history: History;
  readonly #names = new Map<string, number>();
  #made = 0;
  #max: number = limit.stepsMax;

  constructor(history: History) {
    this.#history = history;
  }

  get made(): number {
    return this.#made;
  }

  /** The body is over: what clears up after it has as many steps again, or an execution of many steps could not be undone. */
  allowMore(): void {
    this.#max = this.#made + limit.stepsMax;
  }

  /** @param inside the step in whose callback the call was made, if it was */
  claim(kind: StepKind, name: string, inside: string | undefined): Result<Claim, Refusal> {
    const problem = misuse(kind, name, inside, this.#made === this.#max);
    if (problem !== undefined) return err({ misuse: new MisuseError(problem) });
    const ordinal = this.#made;
    this.#made += 1;
    const { count, label } = this.#label(name);
    const past = this.#history.steps.get(ordinal);
    // Each is looked at once: a long journal is let go while it is replayed.
    this.#history.steps.delete(ordinal);
    if (past !== undefined && (past.name !== label || past.kind !== kind)) {
      const now = `now calls '${label}' (${kind}) as its step ${ordinal + 1}`;
      return err({ divergence: divergence(now, { ...past, step: ordinal }) });
    }
    return ok({ ordinal, label, step: { name, count }, past });
  }

  /** Numbers a call by its name. No two calls share a label, also where an author's own name ends with a number. */
  #label(name: string): { readonly count: number; readonly label: string } {
    const [, base, number] = numbered.exec(name) ?? [];
    const taken = base !== undefined && Number(number) > 1 && (this.#names.get(base) ?? 0) >= Number(number);
    let count = (this.#names.get(name) ?? (taken ? 1 : 0)) + 1;
    while (count > 1 && this.#names.has(`${name}#${count}`)) count += 1;
    this.#names.set(name, count);
    return { count, label: count === 1 ? name : `${name}#${count}` };
  }
}

/** What a repeated call's name ends with: so may an author's. */
const numbered = /^(.*)#([1-9]\d*)$/s;

function misuse(
  kind: StepKind,
  name: unknown,
  inside: string | undefined,
  full: boolean,
): string | undefined {
  if (inside !== undefined) {
    return `Cannot call step '${String(name)}' inside step '${inside}' as steps do not nest: call it after the other has returned`;
  }
  // The name of a rollback is that of its step with a word before it: the author has no say in it.
  const lengthMax = kind === 'compensation' ? Infinity : limit.stepNameLengthMax;
  if (typeof name !== 'string' || name.length === 0 || name.length > lengthMax) {
    return `Cannot call a step of kind '${kind}' as its name must be 1 to ${limit.stepNameLengthMax} characters: current value is '${describeValue(name)}'`;
  }
  if (full) return `Cannot call step '${name}' as an execution has at most ${limit.stepsMax} steps`;
  return undefined;
}

/** What an execution faults with whose code has changed under it: a sentence that names both steps. */
export function divergence(now: string, before: { step: number; name: string; kind: StepKind }): StepError {
  return {
    code: 'nondeterministic',
    name: 'Error',
    message:
      `Step ${before.step + 1} was '${before.name}' (${before.kind}) when this execution first ran, but the workflow ${now}: ` +
      `an execution's steps must come in the same order on every replay; give changed code a new version`,
    retryable: false,
  };
}
