// Model: what a program does where nothing goes wrong, told without the engine: its ending, and what it does at the peer.
import { decode, encode } from '../../src/engine/codec.ts';
import { mapSettled } from '../../src/engine/map.ts';
import { caught, type Caught, interpret, type Stepper } from './interpreter.ts';
import { hash } from './dice.ts';
import { isChancy, makeValue, type Node, secretText, type StepSpec } from './program.ts';

/** What must hold of an execution, whatever befell it. */
export interface Expectation {
  /**
   * Whether the program's ending follows from its event alone; where it does not (who was first, what time it was), the journal
   * tells what it must be.
   */
  readonly exact: boolean;
  readonly ending: Ending;
  /** Paths of steps that do something at the peer, each with what it sends. Of use only where `exact`. */
  readonly effects: ReadonlyMap<string, string>;
  /** What undoes its steps, by path: done where the execution does not end well. */
  readonly undos: ReadonlyMap<string, string>;
  /** Paths of steps whose doing nobody waits for: it may happen or not. */
  readonly loose: ReadonlySet<string>;
}

export type Ending = { readonly output: string | undefined } | { readonly error: Caught };

/** A failure as the model throws it. */
export class ModelFault extends Error {
  readonly code: string;
  readonly httpStatus: number | undefined;

  constructor(code: string, httpStatus?: number) {
    super(code);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** How a step ends by itself, and whether it does something at the peer. */
export interface StepOutcome {
  readonly fault: ModelFault | undefined;
  readonly value: unknown;
  readonly effect: boolean;
  /** Attempts that may fail by the world's doing without changing how the step ends. */
  readonly slack: number;
}

const defaultRetryLimit = 5;

/** What becomes of one step; undefined of a value step, which the world decides. */
export function outcomeOf(path: string, spec: StepSpec): StepOutcome {
  switch (spec.kind) {
    case 'do':
      return doOutcome(path, spec);
    case 'http': {
      const limit = spec.retries?.limit ?? defaultRetryLimit;
      const good = spec.status < 400;
      const gaveUp = spec.status >= 500 && limit > 0 && spec.retries?.delay === 'failing function';
      const code = gaveUp ? 'misuse' : 'http-status';
      const status = gaveUp && spec.failures > 0 ? 500 : spec.status;
      return {
        fault: good ? undefined : new ModelFault(code, status),
        value: { status: spec.status, body: { path, ok: true } },
        effect: good,
        slack: spec.status >= 500 ? 0 : limit - spec.failures,
      };
    }
    case 'poll':
      return {
        fault: undefined,
        value: { status: 200, body: { path, done: true } },
        effect: false,
        slack: 4,
      };
    case 'wait':
      return { fault: undefined, value: { type: spec.type }, effect: false, slack: 0 };
    case 'approval':
      return { fault: undefined, value: decisionOf(path), effect: true, slack: defaultRetryLimit };
    case 'emit':
      return { fault: undefined, value: 1, effect: false, slack: 0 };
    case 'sleep':
    case 'sleep until':
    case 'value':
    case 'invoke':
      return { fault: undefined, value: undefined, effect: false, slack: 0 };
  }
}

function doOutcome(path: string, spec: Extract<StepSpec, { kind: 'do' }>): StepOutcome {
  const { returns, failing, retries, effect } = spec;
  const limit = retries?.limit ?? defaultRetryLimit;
  const made = makeValue(returns, path);
  const value = typeof made === 'string' ? made.replaceAll(secretText, '[secret]') : made;
  if (failing.attempts === Infinity) {
    const delayFails = failing.how !== 'gives up' && limit > 0 && retries?.delay === 'failing function';
    const code = delayFails
      ? 'misuse'
      : {
          throws: 'error',
          'throws at once': 'error',
          'throws text': 'error',
          'gives up': 'non-retryable',
          hangs: 'timeout',
        }[failing.how];
    return { fault: new ModelFault(code), value, effect: effect === 'first', slack: 0 };
  }
  if (returns === 'function') {
    const fault = new ModelFault('misuse');
    const given = failing.attempts === 0 || retries?.delay !== 'failing function';
    return {
      fault,
      value,
      effect: effect === 'first' || (effect === 'last' && given),
      slack: retries?.delay === 'failing function' ? 0 : limit - failing.attempts,
    };
  }
  return { fault: undefined, value, effect: effect !== 'none', slack: limit - failing.attempts };
}

/** How an approval is decided: by nothing but its place. */
export function decisionOf(path: string): 'approved' | 'rejected' {
  return hash(path) % 2 === 0 ? 'approved' : 'rejected';
}

/** What a child's code has seen before its first step: the same for every execution of its program. */
export function childSeed(program: number): number {
  return hash(`child ${program}`);
}

/** Whether nobody waits for what is at this path. */
function isLoose(path: string): boolean {
  return path.includes('d');
}

/** Paths of what follows from a step, or from an execution, beside its own effect. */
export const undone = '!undone';
export const handled = '!handled';

/**
 * Runs the program by the model.
 * @param children programs of the child workflow, by number
 */
export async function expect(program: Node, seed: number, children: readonly Node[]): Promise<Expectation> {
  const effects = new Map<string, string>();
  const undos = new Map<string, string>();
  const loose = new Set<string>();
  const detached: Promise<unknown>[] = [];
  let exact = true;
  const stepper: Stepper = {
    async call(path, _name, spec, seen) {
      const { fault, value, effect } = outcomeOf(path, spec);
      if (isChancy(spec)) exact = false;
      if (effect) effects.set(path, String(seen));
      const undo = `${path}${undone}`;
      if (spec.kind === 'do' && spec.rollback !== 'none' && spec.rollback !== 'fails')
        undos.set(undo, 'undo');
      if (isLoose(path)) loose.add(path).add(undo);
      if (fault !== undefined) throw fault;
      if (spec.kind !== 'invoke') return value;
      const child = children[spec.program];
      if (child === undefined) throw new Error(`there is no child ${spec.program}`);
      const expected = await expect(child, childSeed(spec.program), children);
      if (!expected.exact) exact = false;
      if ('error' in expected.ending) throw new ModelFault('child-faulted');
      return decode(expected.ending.output);
    },
    async map(items, work, { concurrency, onFailure }) {
      const settled = await mapSettled(items, work, concurrency, onFailure === 'stop');
      if (onFailure === 'settled') return settled;
      return settled.map((one) => {
        if (one.status === 'fulfilled') return one.value;
        // Which items had begun by then depends on who was how fast.
        if (concurrency > 1) exact = false;
        throw one.reason;
      });
    },
    async collapse(_path, times) {
      if (times < Infinity) return;
      // Nothing is cleared up after it: what was done stays done.
      exact = false;
      throw new ModelFault('interrupted');
    },
    contest(how, failed) {
      if (how !== 'all' || failed) exact = false;
    },
    detach: (work) => void detached.push(work),
  };
  const ending = await endingOf(interpret(program, seed, stepper));
  await Promise.allSettled(detached);
  if ('error' in ending) for (const [path, payload] of undos) effects.set(path, payload);
  return { exact, ending, effects, undos, loose };
}

/** How a run of a program's code ends, as an execution records it. */
export async function endingOf(running: Promise<unknown>): Promise<Ending> {
  try {
    const encoded = encode(await running);
    return encoded.ok ? { output: encoded.value } : { error: { caught: 'misuse' } };
  } catch (error) {
    return { error: caught(error) };
  }
}
