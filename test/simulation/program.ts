// Program: a workflow as data: a tree of steps. Whatever it does is a function of its event and of what its steps
// returned, so that it can be run by the engine, by the model, and once more from a journal.

/** How attempts of a step go wrong by themselves, whatever the world does. */
export interface Failing {
  /** The first so many attempts; Infinity for all. */
  readonly attempts: number;
  readonly how: 'throws' | 'throws at once' | 'throws text' | 'gives up' | 'hangs';
}

export interface Retries {
  readonly limit: number;
  /** A duration, or how a function gives it: `function`, `async function`, `failing function`. */
  readonly delay: number | string;
  readonly backoff: 'constant' | 'linear' | 'exponential';
  readonly jitter: 'full' | 'none';
}

/** What a step returns: each stands for one form of value (see {@link makeValue}). */
export const valueForms = [
  'nothing',
  'null',
  'number',
  'text',
  'object',
  'list',
  'date',
  'map',
  'rich',
  'bytes',
  'long text',
  'secret',
  'function',
] as const;

export type ValueForm = (typeof valueForms)[number];

export type StepSpec =
  | {
      readonly kind: 'do';
      readonly returns: ValueForm;
      readonly failing: Failing;
      /** Undefined for the default policy. */
      readonly retries: Retries | undefined;
      /** Whether the callback does something at the peer, before it fails or only when it succeeds. */
      readonly effect: 'none' | 'first' | 'last';
      readonly timeoutMs: number | undefined;
      readonly rollback: 'none' | 'works' | 'fails once' | 'fails';
    }
  | {
      readonly kind: 'http';
      /** What the peer answers in the end. */
      readonly status: number;
      /** So many answers of 500 before. */
      readonly failures: number;
      readonly retries: Retries | undefined;
    }
  | {
      readonly kind: 'poll';
      /** Answers that are not final. */
      readonly notYet: number;
      readonly intervalMs: number;
      readonly backoff: 'constant' | 'exponential';
      /** Undefined where it has all the time it needs. */
      readonly timeoutMs: number | undefined;
    }
  | { readonly kind: 'sleep'; readonly duration: number | string }
  | { readonly kind: 'sleep until'; readonly offsetMs: number }
  | { readonly kind: 'value'; readonly of: 'now' | 'random' | 'uuid' }
  | { readonly kind: 'wait'; readonly type: string; readonly timeoutMs: number | undefined }
  | { readonly kind: 'approval'; readonly timeoutMs: number | undefined }
  /** Starts an execution of the child workflow, with the program of this number. */
  | { readonly kind: 'invoke'; readonly program: number }
  | { readonly kind: 'emit'; readonly program: number };

/** How many programs the child workflow has. */
export const childPrograms = 3;

export type Node =
  | { readonly kind: 'step'; readonly name: string; readonly spec: StepSpec }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'together';
      readonly how: 'all' | 'allSettled' | 'race' | 'any';
      readonly nodes: readonly Node[];
    }
  | { readonly kind: 'loop'; readonly times: number; readonly body: Node }
  | {
      readonly kind: 'map';
      readonly items: number;
      readonly concurrency: number;
      readonly onFailure: 'stop' | 'settled';
      readonly body: Node;
    }
  | { readonly kind: 'try'; readonly body: Node; readonly otherwise: Node | undefined }
  /** Called, and never awaited. */
  | { readonly kind: 'detached'; readonly body: Node }
  /** Lets so many microtasks pass. */
  | { readonly kind: 'hops'; readonly count: number }
  /** Ends the object whenever it is come to, so many times: a loop that never yields, memory that is not there. */
  | { readonly kind: 'collapse'; readonly times: number }
  /** One of the branches, by what was seen so far. */
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] };

/** Whether what a step returns depends on more than its event: on the clock, on dice, or on who is faster. */
export function isChancy(spec: StepSpec): boolean {
  if (spec.kind === 'value') return true;
  const waits = spec.kind === 'wait' || spec.kind === 'poll' || spec.kind === 'approval';
  return waits && spec.timeoutMs !== undefined;
}

/** Whether a program's steps come one after the other, and depend on nothing but its event: so a redrive goes the same way. */
export function isSequential(node: Node): boolean {
  switch (node.kind) {
    case 'step':
      return !isChancy(node.spec);
    case 'sequence':
      return node.nodes.every((child) => isSequential(child));
    case 'loop':
      return isSequential(node.body);
    case 'try':
      return isSequential(node.body) && (node.otherwise === undefined || isSequential(node.otherwise));
    case 'hops':
    case 'collapse':
      return true;
    case 'together':
    case 'map':
    case 'detached':
    case 'choice':
      return false;
  }
}

/** Whether a program ends its object whenever it gets there: only at its top does any. */
export function collapsesAlways(program: Node): boolean {
  return (
    program.kind === 'sequence' &&
    program.nodes.some((node) => node.kind === 'collapse' && node.times === Infinity)
  );
}

/** The same program, which ends its object twice where it would for ever. */
export function withoutEndless(program: Node): Node {
  if (program.kind !== 'sequence') return program;
  const nodes = program.nodes.map((node) =>
    node.kind === 'collapse' ? { ...node, times: Math.min(2, node.times) } : node,
  );
  return { ...program, nodes };
}

/** Every minute of the hour in which worlds begin: the first of March, from midnight on. */
export const firstHourCron = '* 0 1 3 *';

/** Name and program of the schedule. */
export const scheduleName = 'tick';
export const scheduledProgram = 99;
export const scheduled: Node = {
  kind: 'step',
  name: 'run',
  spec: {
    kind: 'do',
    returns: 'null',
    failing: { attempts: 0, how: 'throws' },
    retries: undefined,
    effect: 'last',
    timeoutMs: undefined,
    rollback: 'none',
  },
};

/** The secret that steps may return: it must not be found in any journal. */
export const secretText = 'not-a-secret-but-redacted-5f2e';

/** The value that a step of this form returns; `path` makes it the step's own. */
export function makeValue(form: ValueForm, path: string): unknown {
  switch (form) {
    case 'nothing':
      return undefined;
    case 'null':
      return null;
    case 'number':
      return path.length * 1.5;
    case 'text':
      return `done ${path} ✓`;
    case 'object':
      return { path, nested: { deep: [1, { two: null }], on: true } };
    case 'list':
      return [path, 1, [], {}];
    case 'date':
      return new Date(1_700_000_000_000 + path.length);
    case 'map':
      return new Map([[path, new Set([1, 'two'])]]);
    case 'rich':
      return { big: 10n ** 20n, minus: -0, none: undefined, not: NaN, far: -Infinity, path };
    case 'bytes':
      return new Uint8Array([1, 2, 3, path.length & 255]);
    case 'long text':
      return `${path}é`.repeat(300);
    case 'secret':
      return `the key is ${secretText} of ${path}`;
    case 'function':
      return { call: () => path };
  }
}
