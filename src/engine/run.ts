// Run: one pass of a workflow's code over its journal, live in memory. Steps that the journal has return at once, in its order;
// the others do their work, write it down, and go on. After the body come the rollbacks and the handler of failures.
import { limit } from '../core/limit.ts';
import { isTerminal, type CutEntry, type JournalEntry, type StepError, type StepKind } from '../core/step.ts';
import { formatTraceparent, parseTraceparent } from '../core/trace.ts';
import { Compensation } from './compensation.ts';
import { deadlineOf, type WorkflowDefinition } from './define.ts';
import { StepFault, toStepError } from './error.ts';
import { type History, readHistory } from './journal.ts';
import { JournalWriter } from './journal-writer.ts';
import type { ExecutionRecord, Outcome, Ports, Timer } from './port.ts';
import { ResultQueue } from './result-queue.ts';
import type { RollbackOptions } from './step.ts';
import { type Call, makeStep } from './step-api.ts';
import { keepResult } from './steps/do.ts';
import { type Claim, divergence, StepCalls } from './step-calls.ts';
import type { EntryDraft, StepLife, StepProgram, Tried } from './step-life.ts';
import { type SentEvent, type Wanted, Waits } from './waits.ts';

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

export interface LiveAttempt {
  readonly name: string;
  readonly kind: StepKind;
  /** ms since the epoch. */
  readonly startedAt: number;
}

type Ending =
  | { readonly output?: string | undefined }
  | { readonly error: StepError }
  | { readonly cut: CutEntry };

/** A stretch of code whose steps end with it: the body, the rollbacks, the handler of failures. */
class Phase {
  readonly name: 'compensation' | 'failure' | undefined;
  readonly abort = new AbortController();

  constructor(name?: 'compensation' | 'failure') {
    this.name = name;
  }

  get over(): boolean {
    return this.abort.signal.aborted;
  }
}

/** A promise for code whose phase is over: it never settles, and is collected with the code that awaits it. */
const never = new Promise<never>(() => {});

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
  readonly #attempts = new Map<number, LiveAttempt>();
  readonly #compensation: Compensation;
  readonly #cutting = Promise.withResolvers<Ending>();
  #phase = new Phase();
  #cut: CutEntry | undefined;
  #sent: number;
  #over = false;
  #parked = false;
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
      entries.length,
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
  }

  /** Whether everything it waits for is a timer or an event. */
  get isParked(): boolean {
    return this.#parked;
  }

  /** Attempts under way, by the step's ordinal. */
  get attempts(): ReadonlyMap<number, LiveAttempt> {
    return this.#attempts;
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

  /** Parks for good: its waits have timers of their own, and the run is forgotten. */
  leave(): void {
    this.#writer.weigh();
    this.drop();
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
    const entry: CutEntry = { type: 'cut', at: this.#ports.clock.now(), reason, compensate };
    this.#writer.append(entry);
    this.#cut = entry;
    this.#parked = false;
    this.#results.pump();
  }

  /** Forgets the run: nothing of it is journaled from here on. Its attempts are told by their signal. */
  drop(): void {
    this.#over = true;
    this.#results.close();
    this.#phase.abort.abort(new Error('the execution is no longer run here'));
  }

  async #drive(): Promise<void> {
    const ending = await Promise.race([this.#body(), this.#cutting.promise]);
    if (this.#over) return;
    const left = 'cut' in ending ? undefined : this.#results.unclaimed(this.#calls.made);
    if (left !== undefined) {
      this.#finish({ error: divergence(`ends after ${this.#calls.made} steps`, left) });
      return;
    }
    const error = errorOf(ending);
    if (error !== undefined) await this.#clearUp(ending, error);
    if (!this.#over) this.#finish(ending);
  }

  async #body(): Promise<Ending> {
    const { input, name, run } = this.#definition;
    try {
      const parsed = await input.safeParseAsync(JSON.parse(this.record.data));
      if (!parsed.success) {
        const what = parsed.error.issues
          .map((issue) => `/${issue.path.join('/')}: ${issue.message}`)
          .join('; ');
        const message = `The event's data does not fit the workflow's input: ${what}`;
        return { error: { code: 'input-invalid', name: 'Error', message } };
      }
      return keepResult(`workflow '${name}'`, await run(this.#event(parsed.data), this.#steps()));
    } catch (thrown) {
      return { error: toStepError(thrown) };
    }
  }

  /** What follows a body that did not end well: rollbacks in reverse order, then the handler of failures. */
  async #clearUp(ending: Ending, error: StepError): Promise<void> {
    if (!('cut' in ending) || ending.cut.compensate) {
      this.#enter(new Phase('compensation'));
      await this.#compensation.run(error, (name, program) => this.#call('compensation', name, program));
    }
    const { onFailure } = this.#definition;
    if (onFailure === undefined || this.#over || ('cut' in ending && ending.cut.reason === 'cancelled'))
      return;
    this.#enter(new Phase('failure'));
    const event = this.#event(JSON.parse(this.record.data));
    try {
      await onFailure(event, new StepFault(error), this.#steps());
    } catch (thrown) {
      // The execution's own error stands; that of its handler is shown on the handler's steps.
      this.#ports.report('failure-handler', { execution: this.id, message: toStepError(thrown).message });
    }
  }

  #enter(phase: Phase): void {
    this.#phase.abort.abort(new Error('the workflow has ended'));
    this.#phase = phase;
    this.#calls.allowMore();
    this.#waits.clear();
    this.#attempts.clear();
    this.#results.forget();
  }

  #steps() {
    return makeStep(this.#call, this.#ports);
  }

  #event(data: unknown) {
    const { event, createdAt } = this.record;
    const { name } = this.#definition;
    return {
      ...event,
      data,
      payload: data,
      timestamp: new Date(createdAt),
      instanceId: this.id,
      workflowName: name,
    };
  }

  readonly #call: Call = <T>(
    kind: StepKind,
    name: string,
    program: StepProgram,
    rollback?: RollbackOptions<T>,
  ): Promise<T> => {
    const phase = this.#phase;
    if (this.#over || phase.over) return never;
    const claimed = this.#calls.claim(kind, name, this.#ports.scope.current());
    if (!claimed.ok) {
      if ('misuse' in claimed.error) return Promise.reject(claimed.error.misuse);
      this.#finish({ error: claimed.error.divergence });
      return never;
    }
    const { ordinal, label, step, past } = claimed.value;
    if (rollback !== undefined) this.#compensation.register(label, step, rollback);
    const result = this.#results.await(ordinal);
    // A body that was cut is replayed up to the cut: what had not settled by then is not taken up again.
    const stays = phase.name === undefined && this.#cut !== undefined;
    if (past?.settled !== true && !stays) {
      program(this.#life(claimed.value, kind, phase)).catch((error: unknown) => this.#break(error));
    }
    // The journal's word for the type: what was encoded under this ordinal came from this same call.
    return result as Promise<T>;
  };

  #quiet(): void {
    const { awaited, drained } = this.#results;
    if (this.#cut !== undefined && this.#phase.name === undefined && drained) {
      this.#cutting.resolve({ cut: this.#cut });
      return;
    }
    this.#parked = drained && awaited > 0 && this.#waits.size === awaited;
    if (this.#parked) this.#hooks.parked(this);
  }

  #life({ ordinal, label, step, past }: Claim, kind: StepKind, phase: Phase): StepLife {
    const live: LiveAttempt = { name: label, kind, startedAt: 0 };
    const ifLive = async <T>(work: () => Promise<T>): Promise<T> => {
      if (this.#over || phase.over) return never;
      const value = await work();
      return this.#over || phase.over ? never : value;
    };
    return {
      label,
      step,
      ordinal,
      past: past?.entries ?? [],
      ports: this.#ports,
      secrets: this.#definition.secrets,
      execution: this.id,
      idempotencyKey: `${this.record.origin ?? this.id}.${ordinal}`,
      signal: phase.abort.signal,
      traceparent: () => this.#traceparent(),
      attempt: (work) => ifLive(() => this.#attempt(ordinal, live, phase, work)),
      outside: ifLive,
      until: (due, wanted) => ifLive(() => this.#until(ordinal, due, wanted)),
      write: (draft, due) => {
        if (!this.#over && !phase.over) this.#write(ordinal, label, kind, phase, draft, due);
      },
    };
  }

  async #attempt<T>(
    ordinal: number,
    live: LiveAttempt,
    phase: Phase,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Tried<T>> {
    const startedAt = this.#ports.clock.now();
    if (this.#recovered) {
      this.#recovered = false;
      this.#writer.append({ type: 'interrupted', at: startedAt });
    }
    this.#attempts.set(ordinal, { ...live, startedAt });
    this.#hooks.changed(this);
    try {
      const value = await this.#ports.scope.run(live.name, async () => work(phase.abort.signal));
      return { ok: true, value, startedAt };
    } catch (thrown) {
      return { ok: false, thrown, startedAt };
    } finally {
      if (!phase.over) this.#attempts.delete(ordinal);
    }
  }

  #until(
    ordinal: number,
    due: number | undefined,
    wanted: Wanted | undefined,
  ): Promise<SentEvent | undefined> {
    const wait = this.#waits.until(ordinal, due, wanted);
    this.#results.pump();
    return wait;
  }

  #write(
    ordinal: number,
    name: string,
    kind: StepKind,
    { name: phase }: Phase,
    draft: EntryDraft,
    due: number | undefined,
  ): void {
    const entry = this.#writer.write({ ...draft, step: ordinal, name, kind, ...(phase && { phase }) }, due);
    if (entry.type === 'completed') this.#compensation.completed(name, entry.output);
    if (isTerminal(entry)) this.#results.arrive(entry);
    this.#hooks.changed(this);
  }

  #traceparent(): string | undefined {
    const { traceparent } = this.record;
    const trace = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    if (trace === undefined) return undefined;
    const bytes = this.#ports.clock.randomBytes(8);
    return formatTraceparent({
      ...trace,
      spanId: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    });
  }

  #finish(ending: Ending): void {
    if (this.#over) return;
    const times = { startedAt: this.startedAt, endedAt: this.#ports.clock.now() };
    const error = errorOf(ending);
    const output = 'output' in ending ? ending.output : undefined;
    const cancelled = 'cut' in ending && ending.cut.reason === 'cancelled';
    const outcome: Outcome = cancelled
      ? { status: 'cancelled', ...times }
      : error === undefined
        ? { status: 'completed', ...times, output }
        : { status: 'faulted', ...times, error };
    try {
      this.#writer.finish(outcome, (clean) => this.#hooks.closing(this.record, clean));
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

function errorOf(ending: Ending): StepError | undefined {
  if ('error' in ending) return ending.error;
  if (!('cut' in ending)) return undefined;
  return ending.cut.reason === 'cancelled'
    ? { code: 'cancelled', name: 'Error', message: 'The execution was cancelled', retryable: false }
    : {
        code: 'deadline',
        name: 'Error',
        message: 'The execution did not end before its deadline',
        retryable: false,
      };
}
