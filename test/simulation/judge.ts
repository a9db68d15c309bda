// Judge: compares how an execution ended, what it left in its journal and what it did at the peer, with what its program says.
import type { ExecutionRecord } from '../../src/engine/port.ts';
import type { CutEntry, JournalEntry } from '../../src/core/step.ts';
import { askerOf, type Kept } from './invariant.ts';
import { type Ending, expect, type Expectation, handled, outcomeOf, undone } from './model.ts';
import { told } from './network.ts';
import type { SimulatedObject } from './object.ts';
import type { Effect } from './peer.ts';
import { collapsesAlways, type Node } from './program.ts';
import { replay, type Replayed } from './replay.ts';
import type { World } from './world.ts';

/** What one asker did at the peer, by path. */
type Done = ReadonlyMap<string, Effect>;

type Terminal = Extract<JournalEntry, { type: 'completed' | 'faulted' }>;

const nothing: Done = new Map();

/** Ends of an execution that are the engine's own: its code is not asked to clear up. */
const abrupt = new Set(['interrupted', 'nondeterministic']);

export class Judge {
  readonly #world: World;
  readonly #done = new Map<string, Map<string, Effect>>();
  /** How many executions there are of an event: more than one where it was redriven. */
  readonly #acting = new Map<string, number>();

  constructor(world: World, ended: readonly Kept[]) {
    this.#world = world;
    for (const effect of world.peer.effects.values()) {
      const [asker = '', path = ''] = effect.asker.split(' ');
      const paths = this.#done.get(asker) ?? new Map<string, Effect>();
      this.#done.set(asker, paths.set(path, effect));
    }
    for (const { record } of ended)
      this.#acting.set(record.event.id, (this.#acting.get(record.event.id) ?? 0) + 1);
  }

  /** Judges one execution that has ended. */
  async judge(object: SimulatedObject, { record, journal }: Kept): Promise<void> {
    if (record.version.startsWith('$')) return;
    const { coverage, options } = this.#world;
    const done = this.#doneBy(record);
    coverage.executions += 1;
    coverage.effects += done.size;
    const { program: number } = JSON.parse(record.data) as { program: number };
    const program = this.#world.deployment.program(object.name, record.version, number);
    const seed = this.#world.deployment.seedOf(object.name, record.event.id, number);
    const isChild = object.name === 'child';
    const expected = await expect(program, seed, options.programs.child);
    const replayed = await replay(program, seed, journal);
    const cut = journal.find((entry) => entry.type === 'cut');
    if (cut === undefined && record.status !== 'cancelled') this.#ending(record, program, expected, replayed);
    else this.#cut(record, cut, replayed);
    // A redrive of code that runs steps at once may go another way than the first run.
    const strays =
      (this.#acting.get(record.event.id) ?? 1) > 1 &&
      !this.#world.deployment.isSequential(object.name, record);
    if (expected.exact && !strays)
      this.#tally(record, expected, done, cut !== undefined || record.status === 'cancelled');
    if (!strays) this.#journaled(record, journal, replayed.calls, done);
    this.#cleared(record, journal, replayed.calls, done, cut);
    if (options.handler && !isChild) this.#handled(object, record, cut);
    if (options.callback && !isChild) this.#told(object, record);
  }

  /** What an execution did, and what the one did of which it is a redrive: it has kept its results. */
  #doneBy(record: ExecutionRecord): Done {
    const asker = askerOf(record);
    const own = this.#done.get(asker) ?? nothing;
    if (asker === record.event.id) return own;
    return new Map([...(this.#done.get(record.event.id) ?? nothing), ...own]);
  }

  #wrong(invariant: string, { key }: ExecutionRecord, detail: string): void {
    this.#world.violation(invariant, `${key}: ${detail}`);
  }

  #ending(record: ExecutionRecord, program: Node, expected: Expectation, replayed: Replayed): void {
    const ending = recorded(record);
    if (expected.exact) {
      this.#world.coverage.exact += 1;
      this.#same(record, 'the run without faults', expected.ending, ending);
    }
    if (replayed.divergence !== undefined)
      this.#wrong('a replay is the run again', record, replayed.divergence);
    // What ends its object takes along the results that would have led there.
    const cutOff = record.error?.code === 'interrupted' && collapsesAlways(program);
    if (replayed.ending === undefined && cutOff) return;
    if (replayed.ending === undefined)
      this.#wrong('a replay is the run again', record, 'it ended, and its journal does not tell how');
    else this.#same(record, 'its journal', replayed.ending, ending);
  }

  #same(record: ExecutionRecord, by: string, expected: Ending, actual: Ending): void {
    const [wanted, got] = [JSON.stringify(expected), JSON.stringify(actual)];
    if (wanted !== got)
      this.#wrong('an execution ends as its program does', record, `by ${by} ${wanted}, but ${got}`);
  }

  /** It was cancelled, or its deadline has passed: it can't have completed. */
  #cut(record: ExecutionRecord, cut: CutEntry | undefined, { ending }: Replayed): void {
    const { status, error, createdAt, endedAt = 0 } = record;
    const deadline = cut?.reason === 'deadline';
    // It may have failed by itself, and have been cut while it cleared up.
    const failed = status === 'faulted' && JSON.stringify(ending) === JSON.stringify(recorded(record));
    const fits =
      failed || (deadline ? status === 'faulted' && error?.code === 'deadline' : status === 'cancelled');
    if (!fits)
      this.#wrong(
        'what is cut does not complete',
        record,
        `cut by ${cut?.reason} it is ${status} ${error?.code ?? ''}`,
      );
    const { deadlineMs = Infinity } = this.#world.options;
    if (deadline && endedAt < createdAt + deadlineMs && !this.#world.wentBack)
      this.#wrong('a deadline is not early', record, `${endedAt - createdAt} ms after its acceptance`);
  }

  /** Every effect that the program has happened once, with what it was to send; and nothing else did. */
  #tally(record: ExecutionRecord, { effects, undos, loose }: Expectation, done: Done, isCut: boolean): void {
    for (const [path, payload] of isCut ? new Map([...effects, ...undos]) : effects) {
      const effect = done.get(path);
      if (effect === undefined && !isCut && !loose.has(path))
        this.#wrong('every effect happens once', record, `${path} did nothing`);
      if (effect !== undefined && effect.payload !== payload)
        this.#wrong(
          'every effect happens once',
          record,
          `${path} sent ${effect.payload} instead of ${payload}`,
        );
    }
    const shares = (this.#acting.get(record.event.id) ?? 1) > 1;
    for (const path of done.keys()) {
      if (effects.has(path)) continue;
      if ((isCut || shares) && undos.has(path)) continue;
      this.#wrong('every effect happens once', record, `${path} did what its program does not`);
    }
  }

  /** A step that is journaled as completed has had its effect. */
  #journaled(
    record: ExecutionRecord,
    journal: readonly JournalEntry[],
    calls: Replayed['calls'],
    done: Done,
  ): void {
    const completed = completedIn(journal);
    for (const [path, { label, spec }] of calls) {
      if (completed.has(label) && !done.has(path) && outcomeOf(path, spec).effect)
        this.#wrong('every effect happens once', record, `${path} is journaled and did nothing`);
    }
  }

  /** What did not end well is undone, in the reverse order of its calls; what did is not. */
  #cleared(
    record: ExecutionRecord,
    journal: readonly JournalEntry[],
    calls: Replayed['calls'],
    done: Done,
    cut: CutEntry | undefined,
  ): void {
    const { status, error } = record;
    const wanted =
      !abrupt.has(error?.code ?? '') && (cut === undefined ? status === 'faulted' : cut.compensate);
    const rollbacks = journal.filter(
      (entry): entry is Terminal => isTerminal(entry) && entry.phase === 'compensation',
    );
    if (!wanted) {
      // What had failed by itself may have been cut while it cleared up.
      const begun = journal.findIndex((entry) => 'phase' in entry && entry.phase === 'compensation');
      const before =
        cut !== undefined && (status === 'faulted' || (begun >= 0 && begun < journal.indexOf(cut)));
      if (rollbacks.length > 0 && !before)
        this.#wrong('only what failed is undone', record, `it is ${status}`);
      return;
    }
    const order = [...calls.values()].map(({ label }) => `rollback ${label}`);
    const made = rollbacks.map(({ name }) => order.indexOf(name)).filter((index) => index >= 0);
    if (made.some((index, at) => at > 0 && index > made[at - 1]!))
      this.#wrong('rollbacks go backwards', record, rollbacks.map(({ name }) => name).join(', '));
    const completed = completedIn(journal);
    for (const [path, { label, spec }] of calls) {
      if (spec.kind !== 'do' || spec.rollback === 'none' || !completed.has(label)) continue;
      const rollback = rollbacks.find(({ name }) => name === `rollback ${label}`);
      if (rollback?.type !== (spec.rollback === 'fails' ? 'faulted' : 'completed'))
        this.#wrong('what failed is undone', record, `'${label}' was not: ${rollback?.type}`);
      if (spec.rollback !== 'fails' && !done.has(`${path}${undone}`))
        this.#wrong('what failed is undone', record, `${path} was journaled as undone only`);
    }
  }

  /** The handler of failures is called where it is to be, and nowhere else. */
  #handled(object: SimulatedObject, record: ExecutionRecord, cut: CutEntry | undefined): void {
    const { status, error } = record;
    const wanted = status === 'faulted' && cut?.reason !== 'cancelled' && !abrupt.has(error?.code ?? '');
    const { id } = this.#world.idOf(object, record.serial);
    const is = this.#done.get(id)?.has(handled) === true;
    // What is cancelled while its failure is handled is handled or not.
    if (wanted !== is && cut?.reason !== 'cancelled')
      this.#wrong('a failure is handled', record, `it is ${status} and ${is ? 'was' : 'was not'} handled`);
  }

  /** The end of every execution is told, at least once. */
  #told(object: SimulatedObject, record: ExecutionRecord): void {
    const { id } = this.#world.idOf(object, record.serial);
    const effect = this.#done.get(`msg_${id}`)?.get(told);
    if (effect?.payload.includes(`"status":"${record.status}"`) !== true)
      this.#wrong('every end is told', record, `${record.status}: ${effect?.payload ?? 'nothing was told'}`);
  }
}

function isTerminal(entry: JournalEntry): entry is Terminal {
  return entry.type === 'completed' || entry.type === 'faulted';
}

/** Labels of the steps of the body that completed. */
function completedIn(journal: readonly JournalEntry[]): Set<string> {
  return new Set(
    journal
      .filter(isTerminal)
      .filter(({ type, phase }) => type === 'completed' && phase === undefined)
      .map(({ name }) => name),
  );
}

/** How an execution ended, in the words of the model. */
function recorded({ status, output, error }: ExecutionRecord): Ending {
  if (status === 'completed') return { output };
  const { code = status, httpStatus, name = '' } = error ?? {};
  // What no step threw has no code of its own: the model tells it by its class.
  const caught = code === 'error' && name === 'AggregateError' ? name : code;
  return { error: httpStatus === undefined ? { caught } : { caught, httpStatus } };
}
