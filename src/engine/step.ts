// Step: the authoring API a workflow's code is given. A superset of Cloudflare Workflows' `WorkflowStep`.
import type { z } from 'zod';
import type { Duration } from '../core/duration.ts';
import type { HttpRequest, HttpResponse } from './outbound/request.ts';

/** What a delay function is told: which attempt just failed (from 1), and how. */
export interface DelayContext {
  readonly ctx: {
    readonly step: { readonly name: string; readonly count: number };
    readonly attempt: number;
    readonly config: {
      readonly retries: {
        readonly limit: number;
        readonly backoff: 'constant' | 'linear' | 'exponential';
      };
    };
  };
  readonly error: Error;
}

export interface StepRetries {
  /** Retries after the first attempt; 0 for none. Default 5. */
  readonly limit: number;
  /** Wait before the first retry, or a function that gives each wait. Default 1 second. */
  readonly delay: Duration | ((context: DelayContext) => Duration | Promise<Duration>);
  /** How the wait grows; default `exponential`. */
  readonly backoff?: 'constant' | 'linear' | 'exponential';
  /** The longest wait; default 5 minutes. A peer's `Retry-After` may ask for more, up to a day. */
  readonly maxDelay?: Duration;
  /** `full` draws each wait between 0 and its bound, so that many executions do not retry at once. Default `full`. */
  readonly jitter?: 'full' | 'none';
  /** No retry begins later than this after the first attempt. Default: no bound. */
  readonly maxElapsed?: Duration;
}

export interface StepConfig {
  readonly retries?: StepRetries;
  /** How long one attempt may take; default 10 minutes for `do`, 30 seconds for requests. */
  readonly timeout?: Duration;
  /** `output` keeps the result out of the status endpoint; it is journaled all the same. */
  readonly sensitive?: 'output';
}

/** What a `do` callback is told about the attempt it makes. */
export interface StepContext {
  readonly step: { readonly name: string; readonly count: number };
  /** From 1. */
  readonly attempt: number;
  readonly config: {
    readonly retries: {
      readonly limit: number;
      readonly delay: number;
      readonly backoff: 'constant' | 'linear' | 'exponential';
    };
    readonly timeout: number;
  };
  /** Aborts at the timeout and when the execution is cancelled. */
  readonly signal: AbortSignal;
  /** The same for every attempt of this step: hand it to whatever the callback calls, so that an effect happens once. */
  readonly idempotencyKey: string;
  /** A secret that the workflow declared; its value is redacted wherever the execution is written down. */
  secret(name: string): string;
}

/** What a rollback is told. */
export interface RollbackContext<T> {
  readonly ctx: StepContext;
  /** Why the execution did not end well. */
  readonly error: Error;
  /** What the step returned; undefined where it did not complete, though its effect may have happened. */
  readonly output: T | undefined;
  readonly stepName: string;
}

/** How a step is undone where its execution does not end well. */
export interface RollbackOptions<T> {
  readonly rollback: (context: RollbackContext<T>) => Promise<void>;
  readonly rollbackConfig?: Pick<StepConfig, 'retries' | 'timeout'>;
}

export interface WaitOptions<T> {
  /** Type of the event, as its sender names it. */
  readonly type: string;
  /** The step fails where no event has come by then. Default 24 hours, at most 365 days. */
  readonly timeout?: Duration;
  /** Only an event whose data fit ends the wait; others are kept for other steps. */
  readonly match?: (data: T) => boolean;
}

/** The event that ended a wait, under the names of Cloudflare's `WorkflowStepEvent`. */
export interface StepEvent<T> {
  readonly payload: Readonly<T>;
  readonly timestamp: Date;
  readonly type: string;
}

export interface ApprovalLink {
  /** `GET` shows what is asked, `POST { decision, comment }` decides; open to whoever has it. */
  readonly url: string;
  readonly token: string;
  readonly expiresAt: Date;
}

export interface ApprovalOptions {
  /** Hands the link to whoever decides; retried as a step is, so it may be handed over twice. */
  readonly notify: (link: ApprovalLink, ctx: StepContext) => Promise<void>;
  /** What is asked, in a sentence: shown to whoever opens the link. */
  readonly question?: string;
  /** How long the link is good for. Default 7 days. */
  readonly timeout?: Duration;
}

export interface Decision {
  readonly decision: 'approved' | 'rejected';
  readonly comment?: string;
  readonly decidedAt: string;
}

export interface InvokeOptions {
  /** Name of a workflow of this deployment. */
  readonly workflow: string;
  readonly input: unknown;
}

export interface EmitOptions {
  /** Type of the event, such as `com.example.order.paid`: what the triggers of other workflows name. */
  readonly type: string;
  readonly data: unknown;
  readonly subject?: string;
}

export interface MapOptions {
  /** Items under way at once; default 6, the connections an object may have waiting (platform, 2026). */
  readonly concurrency?: number;
}

export interface PollOptions<Body extends z.ZodType> {
  /** The question; answered by {@link PollOptions.until}. */
  readonly request: HttpRequest & { readonly response?: Body };
  /** Wait between two questions; default 5 seconds. */
  readonly interval?: Duration;
  /** `exponential` doubles the wait each time, up to `maxInterval`. Default `constant`. */
  readonly backoff?: 'constant' | 'exponential';
  readonly maxInterval?: Duration;
  /** The step fails where the answer has not come by then. Default 1 hour. */
  readonly deadline?: Duration;
  /** True when the answer is final. A throw fails the step for good. */
  readonly until: (response: HttpResponse<z.output<Body>>) => boolean;
  /** Retries of a question that failed (the connection, a 503); a good answer starts their count afresh. */
  readonly retries?: StepRetries;
}

/** The durable units of a workflow. Each returns its journaled result at once where it has one. */
export interface Step {
  /**
   * Runs `callback`, journals its result, and never runs it again once journaled.
   * An attempt that was cut off by a crash runs again: make its effect idempotent with `ctx.idempotencyKey`.
   * @throws what the last attempt threw, as a {@link StepFault}, when the retries are used up.
   */
  do<T>(name: string, callback: (ctx: StepContext) => Promise<T>, rollback?: RollbackOptions<T>): Promise<T>;
  do<T>(
    name: string,
    config: StepConfig,
    callback: (ctx: StepContext) => Promise<T>,
    rollback?: RollbackOptions<T>,
  ): Promise<T>;
  /**
   * Sends a request: `Idempotency-Key` and trace headers are added, secrets are put in by name, 408, 425, 429, 5xx and
   * network failures are retried, every other unexpected status is final.
   */
  http<Body extends z.ZodType = z.ZodUnknown>(
    name: string,
    request: HttpRequest & { readonly response?: Body; readonly retries?: StepRetries },
  ): Promise<HttpResponse<z.output<Body>>>;
  /** Asks a slow peer again and again until it is done, or the deadline has passed. */
  poll<Body extends z.ZodType = z.ZodUnknown>(
    name: string,
    options: PollOptions<Body>,
  ): Promise<HttpResponse<z.output<Body>>>;
  /** Waits, at most 365 days; costs nothing meanwhile. */
  sleep(name: string, duration: Duration): Promise<void>;
  /** Waits until a moment (a Date, or ms since the epoch); one that has passed is no wait. */
  sleepUntil(name: string, timestamp: Date | number): Promise<void>;
  /**
   * Waits for an event that is sent to this execution (`POST /v1/executions/{id}/events`). One that came before is found.
   * @throws {StepFault} with code `event-timeout` where none comes in time.
   */
  waitForEvent<T>(name: string, options: WaitOptions<T>): Promise<StepEvent<T>>;
  /**
   * Asks somebody to decide, by a signed link that is good for one decision and for a time.
   * @throws {StepFault} with code `approval-expired` where nobody decides in time.
   */
  approval(name: string, options: ApprovalOptions): Promise<Decision>;
  /**
   * Starts an execution of another workflow and waits for its end. Cancelling this one cancels it.
   * @returns its output
   * @throws {StepFault} with code `child-faulted` or `child-cancelled` and its error.
   */
  invoke<T = unknown>(name: string, options: InvokeOptions): Promise<T>;
  /** Sends an event to every workflow of this deployment that has a trigger on its type; gives the executions it started. */
  emit(name: string, event: EmitOptions): Promise<readonly string[]>;
  /**
   * Calls `work` for each item, a few at a time, in order. `work` calls steps: name them by their item.
   * The first failure fails the map, once what is under way has ended; with `settled` nothing does.
   */
  map<Item, T>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<T>,
    options?: MapOptions & { readonly onFailure?: 'stop' },
  ): Promise<T[]>;
  map<Item, T>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<T>,
    options: MapOptions & { readonly onFailure: 'settled' },
  ): Promise<PromiseSettledResult<T>[]>;
  /** The time, journaled: the same on every replay, ms since the epoch. */
  now(): Promise<number>;
  /** A random number in [0, 1), journaled. */
  random(): Promise<number>;
  /** A random UUID (RFC 9562 version 4), journaled. */
  uuid(): Promise<string>;
}
