// Run: one pass of a workflow's code over its journal, live in memory. Steps that the journal has return at once, in its order;
// the others do their work, write it down, and go on. After the body come the rollbacks and the handler of failures.
import { limit } from '../core/limit.ts';
import type { CutEntry, JournalEntry, StepError, StepKind } from '../core/step.ts';
import { eventOf, runBody } from './body.ts';
import { cancelChildren } from './children.ts';
import { Compensation } from './compensation.ts';
import { deadlineOf, type WorkflowDefinition } from './define.ts';
import { StepFault, toStepError } from './error.ts';
import { type History, readHistory } from './journal.ts';
import { journalBytes } from './journal-size.ts';
import { JournalWriter } from './journal-writer.ts';
import { type Desk, type LiveAttempt, makeLife, never } from './live-step.ts';
import { type Ending, errorOf, outcomeOf, Phase } from './phase.ts';
import type { ExecutionRecord, Outcome, Ports, Timer } from './port.ts';
import { ResultQueue } from './result-queue.ts';
import type { RollbackOptions } from './step.ts';
import { makeStep } from './step-api.ts';
import { divergence, StepCalls } from './step-calls.ts';
import type { StepProgram } from './step-life.ts';
import { type SentEvent, Waits } from './waits.ts';

/** What a run tells the shard it lives in. */
export interface RunHooks {
  /** A timer was written: the alarm must ring by then. */
  due(at: number): void;
  /** Something that the status shows has changed. */
  changed(run: Run): void;
  /** Everything waits for timers or events: the run may be dropped, the journal has it all. */
  parked(run: Run): void;
  /** The execution ends: inside the commit that says so. */
  closing(record: ExecutionRecord, outcome: Outcome): void;
  finished(run: Run): void;
  /** The storage failed (or the engine did): the run is dropped without a trace in the journal. */
  broken(run: Run, error: unknown): void;
}

/** How a run came to be. */
export interface Taken {
  /** Whether attempts of it may have been cut off by a crash. */
  readonly recovered: boolean;
  /** The timer by which it was found. */
  readonly found: Timer | undefined;
}

export class Run {
  readonly id: string;
  readonly record: ExecutionRecord;
  readonly startedAt: number;
  readonly #definition: WorkflowDefinition;
  readonly #ports: Ports;
  readonly #hooks: RunHooks;
  readonly #history: History;
  readonly #writer: JournalWriter;
  readonly #results: ResultQueue;
  readonly #calls: StepCalls;
  readonly #waits: Waits;
  readonly #compensation: Compensation;
  readonly #desk: Desk;
  readonly #cutting = Promise.withResolvers<Ending>();
  #phase = new Phase();
  #cut: CutEntry | undefined;
  #sent: number;
  #over = false;
  #parked = false;
  /** The step whose result has been next since then, without having been called. */
  #held: { readonly step: number; readonly since: number; looks: number } | undefined;
  /** Whether attempts may have been cut off: the first one that starts again is counted as an interruption. */
  #recovered: boolean;

  constructor(
    id: string,
    record: ExecutionRecord,
    definition: WorkflowDefinition,
    entries: readonly JournalEntry[],
    taken: Taken,
    ports: Ports,
    hooks: RunHooks,
  ) {
    this.id = id;
    this.record = record;
    this.#definition = definition;
    this.#ports = ports;
    this.#hooks = hooks;
    const history = readHistory(entries);
    this.#history = history;
    this.#results = new ResultQueue(
      ports.clock,
      history.terminal,
      () => this.#quiet(),
      (error) => this.#break(error),
    );
    const { found } = taken;
    const deadline = deadlineOf(definition, record);
    this.#writer = new JournalWriter(
      ports,
      record.serial,
      history,
      { entries: entries.length, bytes: journalBytes(entries) },
      { found, deadline },
      (at) => hooks.due(at),
    );
    this.#calls = new StepCalls(history);
    this.#waits = new Waits(() => ports.clock.now(), history.untaken);
    this.#compensation = new Compensation(history);
    this.#cut = history.cut;
    this.#sent = history.sent.length;
    this.#recovered = taken.recovered;
    this.startedAt = history.startedAt ?? ports.clock.now();
    this.#desk = {
      id,
      record,
      definition,
      ports,
      writer: this.#writer,
      results: this.#results,
      waits: this.#waits,
      compensation: this.#compensation,
      attempts: new Map(),
      over: () => this.#over,
      begins: (at) => this.#begins(at),
      changed: () => hooks.changed(this),
    };
  }

  /** Whether everything it waits for is a timer or an event. */
  get isParked(): boolean {
    return this.#parked;
  }

  /** Whether its code is being handed results that are there, one each turn. */
  get isReplaying(): boolean {
    return !this.#over && this.#results.isHanding;
  }

  /** Attempts under way, by the step's ordinal. */
  get attempts(): ReadonlyMap<number, LiveAttempt> {
    return this.#desk.attempts;
  }

  /** The earliest moment at which a wait of this run ends by itself; undefined where none does. */
  get nextDue(): number | undefined {
    return this.#waits.nextDue;
  }

  /** Calls the workflow's code. Everything that follows is told to the hooks. */
  start(): void {
    const { interruptions } = this.#history;
    if (interruptions >= limit.interruptionsMax) {
      const message = `The execution was cut off ${interruptions} times in a row without a step getting done: an attempt seems to end its object`;
      this.#finish({ error: { code: 'interrupted', name: 'Error', message, retryable: false } });
      return;
    }
    this.#drive().catch((error: unknown) => this.#break(error));
  }

  /** Sees to it that a crash of this live run is noticed within a lease. */
  anchor(): void {
    if (!this.#over) this.#writer.anchor();
  }

  /**
   * Ends a run that waits for what will never be called: on its journal its code has gone another way, and stands still.
   * To be asked now and then.
   */
  look(now: number): void {
    const held = this.#results.held ?? this.#laterStep();
    if (held === undefined || this.#held?.step !== held.step) {
      this.#held = held && { step: held.step, since: now, looks: 0 };
      return;
    }
    this.#held.looks += 1;
    // A clock that jumps is no patience.
    if (this.#held.looks < 3 || now - this.#held.since < limit.divergencePatienceMs) return;
    if (this.#cut !== undefined && this.#phase.name === undefined) this.#cutting.resolve({ cut: this.#cut });
    else this.#finish({ error: divergence(`has made ${this.#calls.made} calls and waits for others`, held) });
  }

  /** The first step of a later phase, where this one should have ended on its journal. */
  #laterStep() {
    if (!this.#isOld(this.#phase)) return undefined;
    const later = [...this.#history.steps].find(([ordinal]) => ordinal >= this.#calls.made);
    return later && { ...later[1], step: later[0] };
  }

  /** Parks for good: its waits have timers of their own, and the run is forgotten. */
  leave(): void {
    try {
      this.#writer.weigh();
    } finally {
      // An anchor that could not be taken up is found when it is due, and cleared.
      this.drop();
    }
  }

  /** Ends the waits that are due at `now`. */
  wake(now: number): void {
    if (this.#waits.wake(now)) this.#parked = false;
  }

  /** Ends the wait of one step before its time: what it waits for may have happened. */
  hurry(step: number): void {
    if (this.#waits.hurry(step)) this.#parked = false;
  }

  /** Keeps an event for the step that waits for it, or will. */
  receive(event: Omit<SentEvent, 'index' | 'at'>): void {
    const sent: SentEvent = { ...event, at: this.#ports.clock.now(), index: this.#sent };
    this.#writer.append({ type: 'event-received', ...sent });
    this.#sent += 1;
    this.#parked = false;
    this.#waits.receive(sent);
    this.#results.pump();
  }

  /** Ends the body: the execution is cancelled, or its deadline has passed. The rollbacks run where they are wanted. */
  cut(reason: CutEntry['reason'], compensate: boolean): void {
    if (this.#over || this.#cut !== undefined) return;
    const { name } = this.#phase;
    // Its body has ended before.
    if (reason === 'deadline' && name !== undefined) return;
    const entry: CutEntry = { type: 'cut', at: this.#ports.clock.now(), reason, compensate };
    this.#writer.append(entry);
    this.#cut = entry;
    this.#parked = false;
    // It clears up already: nothing of that is wanted any more, or the rollbacks that are left.
    if (name === 'failure' || (name === 'compensation' && !compensate)) this.#stop(entry);
    else this.#results.pump();
  }

  /** Ends a run that was clearing up, as a replay of its journal would. */
  #stop(cut: CutEntry): void {
    this.#cutChildren().then(
      () => this.#finish({ cut }),
      (error: unknown) => this.#break(error),
    );
  }

  /** Forgets the run: nothing of it is journaled from here on. Its attempts are told by their signal. */
  drop(): void {
    this.#over = true;
    this.#results.close();
    this.#phase.end('the execution is no longer run here');
  }

  async #drive(): Promise<void> {
    const first = await Promise.race([
      runBody(this.id, this.#definition, this.record, this.#steps()),
      this.#cutting.promise,
    ]);
    if (this.#over) return;
    // What was cut does not complete, although its body may come to its end in the same turn.
    const ending: Ending = this.#cut === undefined ? first : { cut: this.#cut };
    if ('cut' in ending) await this.#cutChildren();
    if (this.#over) return;
    const left = 'cut' in ending ? undefined : this.#results.unclaimed(this.#calls.made);
    if (left !== undefined) {
      this.#finish({ error: divergence(`ends after ${this.#calls.made} steps`, left) });
      return;
    }
    const error = errorOf(ending);
    if (error !== undefined) await this.#clearUp(ending, error);
    if (!this.#over) this.#finish(this.#cut === undefined ? ending : { cut: this.#cut });
  }

  /**
   * Cancels the executions that the body waits for, once it is cut: were they cancelled before, it would see them end, and go on as
   * though they had failed. A crash between is no matter: the cut is journaled, and they are cancelled again.
   */
  async #cutChildren(): Promise<void> {
    this.#enter(new Phase('compensation'));
    await cancelChildren(this.#ports, this.record.serial, this.#cut?.compensate ?? true, this.#phase.stop);
  }

  /** What follows a body that did not end well: rollbacks in reverse order, then the handler of failures. */
  async #clearUp(ending: Ending, error: StepError): Promise<void> {
    if (!('cut' in ending) || ending.cut.compensate) {
      this.#enter(new Phase('compensation'));
      await this.#compensation.run(error, (name, program, undoes) =>
        this.#call('compensation', name, program, undefined, undoes),
      );
    }
    const { onFailure } = this.#definition;
    if (onFailure === undefined || this.#over || this.#cut?.reason === 'cancelled') return;
    this.#enter(new Phase('failure'));
    const event = eventOf(this.id, this.#definition, this.record, JSON.parse(this.record.data));
    try {
      await onFailure(event, new StepFault(error), this.#steps());
    } catch (thrown) {
      // The execution's own error stands; that of its handler is shown on the handler's steps.
      this.#ports.report('failure-handler', { execution: this.id, message: toStepError(thrown).message });
    }
  }

  #enter(phase: Phase): void {
    this.#phase.end('the workflow has ended');
    this.#phase = phase;
    this.#writer.dropTimers(this.#calls.made);
    this.#calls.allowMore();
    this.#waits.clear();
    this.#desk.attempts.clear();
    this.#results.forget();
  }

  #steps() {
    return makeStep(this.#call, this.#ports);
  }

  readonly #call = <T>(
    kind: StepKind,
    name: string,
    program: StepProgram,
    rollback?: RollbackOptions<T>,
    undoes?: number,
  ): Promise<T> => {
    const phase = this.#phase;
    if (this.#over || phase.over) return never();
    const claimed = this.#calls.claim(kind, name, this.#ports.scope.current());
    if (!claimed.ok) {
      if ('misuse' in claimed.error) return Promise.reject(claimed.error.misuse);
      this.#finish({ error: claimed.error.divergence });
      return never();
    }
    const { ordinal, label, step, past } = claimed.value;
    if (rollback !== undefined) this.#compensation.register(ordinal, label, step, rollback);
    const result = this.#results.await(ordinal);
    if (past?.settled !== true && !this.#isOld(phase)) {
      const life = makeLife(this.#desk, claimed.value, kind, phase, undoes);
      program(life).catch((error: unknown) => this.#break(error));
    }
    // The journal's word for the type: what was encoded under this ordinal came from this same call.
    return result as Promise<T>;
  };

  /**
   * Whether a phase is only replayed, up to where it ended: what had not settled by then is not taken up again. A body has ended
   * where it was cut; any phase, where the journal has a later one.
   */
  #isOld({ name }: Phase): boolean {
    const { reached } = this.#history;
    if (name === undefined) return this.#cut !== undefined || reached !== undefined;
    return name === 'compensation' && reached === 'failure';
  }

  #quiet(): void {
    const { awaited, drained, bodyDrained } = this.#results;
    if (this.#cut !== undefined && this.#phase.name === undefined && bodyDrained) {
      this.#cutting.resolve({ cut: this.#cut });
      return;
    }
    this.#parked = drained && awaited > 0 && this.#waits.size === awaited;
    if (this.#parked) this.#hooks.parked(this);
  }

  /** Attempts that were cut off are counted when the first of them starts again. */
  #begins(at: number): void {
    if (!this.#recovered) return;
    this.#recovered = false;
    this.#writer.append({ type: 'interrupted', at });
  }

  #finish(ending: Ending): void {
    if (this.#over) return;
    const outcome = outcomeOf(ending, this.startedAt, this.#ports.clock.now());
    try {
      // Nothing but a callback is written with the end.
      const hasCallback = this.#definition.callback !== undefined;
      const closing = (clean: Outcome) => this.#hooks.closing(this.record, clean);
      this.#writer.finish(outcome, hasCallback ? closing : undefined);
    } catch (fault) {
      this.#break(fault);
      return;
    }
    this.drop();
    this.#hooks.finished(this);
  }

  #break(error: unknown): void {
    if (this.#over) return;
    this.drop();
    this.#hooks.broken(this, error);
  }
}
