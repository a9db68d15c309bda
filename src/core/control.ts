// Control: what may be done to an execution from outside, as its object is asked over RPC and as it answers.
import type { Accepted } from './acceptance.ts';
import type { ExecutionStatus, FinalStatus, StatusAnswer } from './execution.ts';
import type { Result } from './result.ts';
import type { StepError } from './step.ts';

/** Why an object refuses; `conflict` carries a sentence. */
export type ControlRefusal =
  | { readonly kind: 'not-found'; readonly what: 'execution' }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'precondition-failed' };

/** An event for an execution: what a `waitForEvent` of it waits for. */
export interface SendRequest {
  readonly id: string;
  /** The sender's own id of the event: sent again under it, it is not kept twice. */
  readonly eventId: string;
  readonly type: string;
  /** JSON text, ≤ 1 MiB. */
  readonly data: string;
}

/** The decision of an approval. */
export interface DecideRequest {
  readonly id: string;
  readonly step: number;
  /**
   * When the link expires by which it was decided, ms since the epoch: names the link. Absent: by none.
   */
  readonly expiresAt?: number;
  readonly decision: 'approved' | 'rejected';
  readonly comment?: string;
}

export interface ChangeRequest {
  readonly id: string;
  /** Entity tags of the representations that the caller means to change; absent: whichever there is. */
  readonly ifMatch?: readonly string[] | undefined;
  readonly to: Extract<ExecutionStatus, 'suspended' | 'running' | 'cancelled'>;
  /** With `cancelled`: whether the rollbacks of its steps run; default true. */
  readonly compensate?: boolean | undefined;
  /** With `suspended`: why, for whoever looks. */
  readonly reason?: string | undefined;
}

export interface RedriveRequest {
  readonly id: string;
  /** Name of the step from which it runs anew; default: the first that failed. */
  readonly from?: string;
  /** The caller's idempotency key: the same is the same redrive. */
  readonly key: string;
}

/** A question for the executions of one object, newest first. */
export interface ListRequest {
  readonly status?: ExecutionStatus;
  /** Created at or after, ms since the epoch. */
  readonly since?: number;
  /** Created before, ms since the epoch. */
  readonly until?: number;
  /** The last serial of the page before. */
  readonly before?: number;
  readonly max: number;
}

export interface ListedExecution {
  readonly id: string;
  readonly serial: number;
  readonly version: string;
  readonly status: ExecutionStatus;
  readonly event: { readonly id: string; readonly type: string; readonly source: string };
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly endedAt: number | undefined;
}

/** How an execution ended; `output` as the engine's codec writes it. */
export interface ExecutionOutcome {
  readonly status: FinalStatus;
  readonly output: string | undefined;
  readonly error: StepError | undefined;
}

/** A schedule of a workflow and when it runs next, ms since the epoch. */
export interface ScheduledRun {
  readonly name: string;
  readonly next: number | undefined;
}

/** The control half of a workflow object's RPC. */
export interface ControlRpc {
  send(request: SendRequest): Promise<Result<StatusAnswer, ControlRefusal>>;
  decide(request: DecideRequest): Promise<Result<StatusAnswer, ControlRefusal>>;
  change(request: ChangeRequest): Promise<Result<StatusAnswer, ControlRefusal>>;
  redrive(request: RedriveRequest): Promise<Result<Accepted, ControlRefusal>>;
  list(request: ListRequest): Promise<ListedExecution[]>;
  /** The execution that an event with this key has started, if this object has it. */
  find(key: string): Promise<Accepted | undefined>;
  /** Undefined while it is not final, or where there is none. */
  outcome(id: string): Promise<ExecutionOutcome | undefined>;
  /** What a step of the execution waits for may have happened. */
  hurry(id: string, step: number): Promise<void>;
  /** Sees to it that the schedules of the workflow have their timers; only the workflow's first object has them. */
  schedules(): Promise<ScheduledRun[]>;
}
