// Acceptance: what the edge hands to a workflow's object for one event, and what the object answers.
import type { WrittenDelivery } from './delivery.ts';
import type { EventAttributes } from './event.ts';
import type { ExecutionStatus, StatusAnswer } from './execution.ts';
import type { RateLimitPolicy } from './rate-limit.ts';
import type { Result } from './result.ts';

/** A limit that the caller wants counted, beside the workflow's own; the name appears in the `RateLimit` headers. */
export interface NamedRateLimit {
  readonly name: string;
  readonly policy: RateLimitPolicy;
}

/** A step that invokes an execution. */
export interface ParentStep {
  /** Id of its own execution. */
  readonly id: string;
  /** The ordinal of its call. */
  readonly step: number;
  /** How deep in a chain of executions, each started by a step of the one before, it starts another; absent: of one kept before this was. */
  readonly depth?: number;
}

/** One event for one workflow. Plain data: it crosses RPC. */
export interface AcceptRequest {
  readonly workflow: string;
  readonly shard: number;
  /** Scope and idempotency key in one, such as `hook:shop:3f…`: the same key is the same execution. ≤ 600 bytes, no lone surrogates. */
  readonly key: string;
  /** SHA-256 of the input, hex: given where the same key with another body is an error (the API), absent for vendors. */
  readonly fingerprint?: string;
  readonly event: EventAttributes;
  /** The input of the workflow as JSON text, ≤ 1 MiB. */
  readonly data: string;
  /** W3C `traceparent` that the execution's outbound requests continue. */
  readonly traceparent?: string | undefined;
  readonly limits?: readonly NamedRateLimit[];
  /** The step of another execution that invokes this one and waits for its end. */
  readonly parent?: ParentStep | undefined;
  /** The delivery that brought the event, kept in the row of the execution it starts. */
  readonly delivery?: WrittenDelivery | undefined;
}

/** Where one counted limit stands after a decision: what the `RateLimit` headers say. */
export interface RateLimitState {
  readonly name: string;
  readonly policy: RateLimitPolicy;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface Accepted {
  readonly id: string;
  readonly status: ExecutionStatus;
  /** True where an earlier acceptance of the same key started it. */
  readonly duplicate: boolean;
  readonly limits: readonly RateLimitState[];
}

export type AcceptRefusal =
  | {
      readonly kind: 'rate-limited';
      readonly limits: readonly RateLimitState[];
      readonly retryAfterSeconds: number;
    }
  | { readonly kind: 'idempotency-key-reused'; readonly id: string }
  | { readonly kind: 'workflow-unknown'; readonly workflow: string };

export type AcceptResult = Result<Accepted, AcceptRefusal>;

export interface StatusRequest {
  readonly id: string;
  /** Hold the answer until the execution's status changes, at most so many seconds (`Prefer: wait=N`, RFC 7240 section 4.3). */
  readonly waitSeconds?: number;
}

/** What a workflow's object answers over RPC. Results and plain data only: the platform rewrites errors on their way. */
export interface WorkflowRpc {
  accept(request: AcceptRequest): Promise<AcceptResult>;
  /** Several at once, such as the items of a batch, for one object request; the results are in their order. */
  acceptAll(requests: readonly AcceptRequest[]): Promise<AcceptResult[]>;
  /** Undefined where there is no such execution. */
  status(request: StatusRequest): Promise<StatusAnswer | undefined>;
}
