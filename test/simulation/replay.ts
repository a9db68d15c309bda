// Replay: runs a program once more from the journal that its execution left, without the engine. A result reaches the code at the
// end of a turn of the event loop, in the journal's order; so the ending must be the one that was recorded.
import { decode } from '../../src/engine/codec.ts';
import { StepFault } from '../../src/engine/error.ts';
import { mapSettled } from '../../src/engine/map.ts';
import type { JournalEntry } from '../../src/core/step.ts';
import { interpret, type Stepper } from './interpreter.ts';
import { type Ending, endingOf, ModelFault } from './model.ts';
import type { Node, StepSpec } from './program.ts';

/** What a replay found. */
export interface Replayed {
  /** Undefined where the journal ends before the program does. */
  readonly ending: Ending | undefined;
  /** What the program called, by path: under which label, and what it was. */
  readonly calls: ReadonlyMap<string, { readonly label: string; readonly spec: StepSpec }>;
  /** A call that the journal has under another name, if there was one. */
  readonly divergence: string | undefined;
}

type Terminal = Extract<JournalEntry, { type: 'completed' | 'faulted' }>;

export async function replay(
  program: Node,
  seed: number,
  journal: readonly JournalEntry[],
): Promise<Replayed> {
  const results = journal.filter(
    (entry): entry is Terminal =>
      (entry.type === 'completed' || entry.type === 'faulted') && entry.phase === undefined,
  );
  const known = new Map(results.map((entry) => [entry.step, entry.name]));
  const names = new Labels();
  const made = new Map<string, { readonly label: string; readonly spec: StepSpec }>();
  const awaited = new Map<number, PromiseWithResolvers<unknown>>();
  let divergence: string | undefined;
  let calls = 0;
  const stepper: Stepper = {
    async call(path, name, spec) {
      const label = names.next(spec, name);
      made.set(path, { label, spec });
      const expected = known.get(calls);
      if (expected !== undefined && expected !== label)
        divergence ??= `call ${calls} is '${label}', the journal has '${expected}'`;
      const waiting = Promise.withResolvers<unknown>();
      waiting.promise.catch(() => {});
      awaited.set(calls, waiting);
      calls += 1;
      return readResult(spec, await waiting.promise);
    },
    map: mapItems,
    collapse: async (_path, times) => {
      if (times === Infinity) throw new ModelFault('interrupted');
    },
  };
  let ending: Ending | undefined;
  const running = endingOf(interpret(program, seed, stepper)).then((ended) => {
    ending = ended;
  });
  for (const result of results) {
    await turn();
    const waiting = awaited.get(result.step);
    if (waiting === undefined) break;
    awaited.delete(result.step);
    if (result.type === 'completed') waiting.resolve(decode(result.output));
    else waiting.reject(new StepFault(result.error));
  }
  await turn();
  if (ending !== undefined) await running;
  return { ending, calls: made, divergence };
}

/** Names the calls of steps as the engine does: by the author's name, and how often it was called. */
export class Labels {
  readonly #counts = new Map<string, number>();

  next(spec: StepSpec, name: string): string {
    const given = spec.kind === 'value' ? spec.of : name;
    const count = (this.#counts.get(given) ?? 0) + 1;
    this.#counts.set(given, count);
    return count === 1 ? given : `${given}#${count}`;
  }
}

/** What programs take from a step's result: nothing of it that a clock or a wire puts there. */
export function readResult(spec: StepSpec, result: unknown): unknown {
  if (spec.kind === 'http' || spec.kind === 'poll') {
    const { status, body } = result as { status: number; body: unknown };
    return { status, body };
  }
  if (spec.kind === 'wait') return (result as { payload: unknown }).payload;
  if (spec.kind === 'approval') return (result as { decision: unknown }).decision;
  return spec.kind === 'emit' ? (result as readonly string[]).length : result;
}

export async function mapItems(
  items: readonly number[],
  work: (item: number) => Promise<unknown>,
  { concurrency, onFailure }: Extract<Node, { kind: 'map' }>,
): Promise<unknown> {
  const settled = await mapSettled(items, work, concurrency, onFailure === 'stop');
  if (onFailure === 'settled') return settled;
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** The end of a turn of the real event loop: all microtasks have run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
