// Acceptance: which of a batch of events start an execution. Called inside one transaction, each event in a savepoint of its own.
import type { AcceptRefusal, AcceptRequest, NamedRateLimit, RateLimitState } from '../core/acceptance.ts';
import { decideRate, type RateLimitPolicy, splitRate } from '../core/rate-limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import { firstSerialAt, nextSerial } from '../core/serial.ts';
import { deadlineOf, type WorkflowDefinition } from './define.ts';
import { StorageFault } from './error.ts';
import { deadlineStep, type ExecutionRecord, type Ports } from './port.ts';

/** What became of one event. */
export interface Decision {
  readonly serial: number;
  /** The execution that it started; undefined where an earlier event with its key did. */
  readonly started: ExecutionRecord | undefined;
  readonly status: ExecutionRecord['status'];
  readonly limits: readonly RateLimitState[];
}

/** A limit as it stands once the event is counted. */
interface Counted {
  readonly tat: number;
  readonly state: RateLimitState;
}

/** What is known of the execution that has a key. */
type Known = Pick<ExecutionRecord, 'serial' | 'fingerprint' | 'status'>;

/** Decides for one object which events are new, and counts its rate limits. */
export class Acceptor {
  readonly #definition: WorkflowDefinition;
  readonly #ports: Ports;
  readonly #due: (at: number) => void;
  /** GCRA's theoretical arrival time by the limit's name, ms; read back from the newest execution it counted after a restart. */
  readonly #arrivalTimes = new Map<string, number | undefined>();
  #last: number | undefined;

  /** @param due the alarm must ring by then, ms since the epoch */
  constructor(definition: WorkflowDefinition, ports: Ports, due: (at: number) => void) {
    this.#due = due;
    this.#definition = definition;
    this.#ports = ports;
    this.#last = ports.store.lastSerial();
  }

  /**
   * Dedupes, counts and stores one event; inside the caller's savepoint, so that it is all or nothing.
   * @param idOf turns a serial into the execution's id
   * @param version the version that runs it; another than the workflow's own is the engine's, and no limit counts it
   */
  decide(
    request: AcceptRequest,
    now: number,
    idOf: (serial: number) => string,
    version = this.#definition.version,
  ): Result<Decision, AcceptRefusal> {
    const { store, clock } = this.#ports;
    const counting = version === this.#definition.version ? this.#limits(request) : [];
    // What was there before is not counted. Where nothing is, the insert itself finds out.
    const known = counting.length === 0 ? undefined : store.findByKey(request.key);
    if (known !== undefined) return again(known, request, idOf);
    const limits = this.#count(counting, now);
    if (!limits.ok) return limits;
    const serial = nextSerial(this.#last, now, clock.random());
    const record: ExecutionRecord = {
      serial,
      key: request.key,
      fingerprint: request.fingerprint,
      version,
      event: request.event,
      data: request.data,
      traceparent: request.traceparent,
      createdAt: now,
      status: 'open',
      startedAt: undefined,
      endedAt: undefined,
      output: undefined,
      error: undefined,
      reason: undefined,
      origin: undefined,
      parent: request.parent,
      limits:
        limits.value.size === 0
          ? undefined
          : Object.fromEntries([...limits.value].map(([name, { tat }]) => [name, tat])),
    };
    if (!store.insertExecution(record, request.delivery)) {
      return again(found(store.findByKey(request.key)), request, idOf);
    }
    if (version === this.#definition.version) this.#setDeadline(this.#definition, record);
    this.#last = serial;
    for (const [name, { tat }] of limits.value) this.#arrivalTimes.set(name, tat);
    return ok({
      serial,
      started: record,
      status: 'open',
      limits: [...limits.value.values()].map(({ state }) => state),
    });
  }

  /** A commit failed: what was counted in it must be read again. */
  forget(): void {
    this.#arrivalTimes.clear();
  }

  /**
   * A new execution of the same event and version as another's, under a key of its own; inside the caller's commit.
   * @param definition that of its version; undefined where this deployment does not have it
   */
  copy(
    record: ExecutionRecord,
    definition: WorkflowDefinition | undefined,
    key: string,
    origin: string | undefined,
    now: number,
  ): ExecutionRecord {
    const { store, clock } = this.#ports;
    const serial = nextSerial(this.#last, now, clock.random());
    const copy: ExecutionRecord = {
      ...record,
      serial,
      key,
      fingerprint: undefined,
      createdAt: now,
      status: 'open',
      startedAt: undefined,
      endedAt: undefined,
      output: undefined,
      error: undefined,
      reason: undefined,
      origin,
      parent: undefined,
      limits: undefined,
    };
    if (!store.insertExecution(copy)) throw new StorageFault('the key of a copy is taken');
    if (definition !== undefined) this.#setDeadline(definition, copy);
    this.#last = serial;
    return copy;
  }

  #setDeadline(definition: WorkflowDefinition, record: ExecutionRecord): void {
    const due = deadlineOf(definition, record);
    if (due === undefined) return;
    this.#ports.store.setTimer({ due, serial: record.serial, step: deadlineStep });
    this.#due(due);
  }

  /** All limits or none: what one refuses, no other counts. */
  #count(limits: readonly NamedRateLimit[], now: number): Result<Map<string, Counted>, AcceptRefusal> {
    const counted = new Map<string, Counted>();
    const refused: number[] = [];
    for (const { name, policy } of limits) {
      const { allowed, tat, remaining, resetSeconds, retryAfterSeconds } = decideRate(
        policy,
        this.#arrivalTime(name, policy, now),
        now,
      );
      counted.set(name, { tat, state: { name, policy, remaining, resetSeconds } });
      if (allowed) continue;
      refused.push(retryAfterSeconds);
      // Where the clock went back, the moment was pulled back with it: not kept, it would refuse until the clock is there again.
      this.#arrivalTimes.set(name, tat);
    }
    if (refused.length === 0) return ok(counted);
    return err({
      kind: 'rate-limited',
      limits: [...counted.values()].map(({ state }) => state),
      retryAfterSeconds: Math.max(1, ...refused),
    });
  }

  #limits(request: AcceptRequest): NamedRateLimit[] {
    const { rate, shards } = this.#definition.limits;
    const limits = (request.limits ?? []).map(({ name, policy }) => ({
      name,
      policy: splitRate(policy, shards),
    }));
    if (rate !== undefined) limits.push({ name: 'workflow', policy: splitRate(rate, shards) });
    return limits;
  }

  /** What a limit stood at is stored with the execution it last let through: counting costs no row of its own. */
  #arrivalTime(name: string, { windowSeconds }: RateLimitPolicy, now: number): number | undefined {
    if (!this.#arrivalTimes.has(name)) {
      const since = firstSerialAt(now - windowSeconds * 1000);
      this.#arrivalTimes.set(name, this.#ports.store.lastArrivalTime(name, since));
    }
    return this.#arrivalTimes.get(name);
  }
}

/** What an event is told whose key an execution has. */
function again(
  { serial, fingerprint, status }: Known,
  request: AcceptRequest,
  idOf: (serial: number) => string,
): Result<Decision, AcceptRefusal> {
  const isSame =
    request.fingerprint === undefined || fingerprint === undefined || fingerprint === request.fingerprint;
  if (!isSame) return err({ kind: 'idempotency-key-reused', id: idOf(serial) });
  return ok({ serial, started: undefined, status, limits: [] });
}

/** What kept an insert from being one. */
function found(known: Known | undefined): Known {
  if (known === undefined) throw new StorageFault('a key is taken and not found');
  return known;
}
