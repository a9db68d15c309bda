// Definition: a named, versioned workflow as its author writes it.
import type { z } from 'zod';
import { type Duration, parseDuration } from '../core/duration.ts';
import type { FinalStatus } from '../core/execution.ts';
import { limit } from '../core/limit.ts';
import type { WorkflowEvent } from '../core/event.ts';
import { type RateLimitPolicy, splitRate } from '../core/rate-limit.ts';
import { parseSchedule } from '../core/schedule.ts';
import type { ScheduleTrigger, Trigger } from '../core/trigger.ts';
import type { Step } from './step.ts';

/** What bounds a workflow; every number has a default in src/core/limit.ts. */
export interface WorkflowLimits {
  /**
   * How many objects share the work, 1 to 1 024 (default 1). An object takes some 200 to 500 writes a second
   * (Cloudflare's documentation, 2026), so a workflow of more than about 50 events a second wants more.
   */
  readonly shards?: number;
  /** Shard counts of earlier deployments: an event accepted under one of them is still found, and not run twice. */
  readonly shardsBefore?: readonly number[];
  /** An execution that has not ended so long after it was accepted faults, with its rollbacks. Default: none. */
  readonly deadline?: Duration;
  /** How long an ended execution is kept, by how it ended; defaults in src/core/limit.ts. While it is kept, its event is a duplicate. */
  readonly retain?: {
    readonly completed?: Duration;
    readonly faulted?: Duration;
    readonly cancelled?: Duration;
  };
  /** Executions that may start, over all shards together. */
  readonly rate?: RateLimitPolicy;
}

export interface WorkflowOptions<Input extends z.ZodType> {
  /** Lower-case letters, digits and hyphens, at most 63 characters. */
  readonly name: string;
  /** An execution stays on the version that accepted it: change it when the order or the meaning of steps changes. */
  readonly version: string;
  readonly triggers?: readonly Trigger[];
  /** Schema of the input; what doesn't fit is a 422 at the API, and a faulted execution where a vendor sent it. */
  readonly input: Input;
  /** Names of the Worker secrets that its requests may use. */
  readonly secrets?: readonly string[];
  readonly limits?: WorkflowLimits;
  /** Called where an execution faults, after its rollbacks; what it does, it does in steps. */
  readonly onFailure?: (event: WorkflowEvent<unknown>, error: Error, step: Step) => Promise<void>;
  /** Where to tell that an execution has ended. */
  readonly callback?: CallbackOptions;
}

/** A request that tells of an execution's end, signed by Standard Webhooks, retried for some days, with a record of its own. */
export interface CallbackOptions {
  readonly url: string;
  /** Name of the Worker secret that signs it: `whsec_` and base64, as Standard Webhooks has it. */
  readonly secret: string;
}

export interface WorkflowDefinition {
  readonly name: string;
  readonly version: string;
  readonly triggers: readonly Trigger[];
  readonly input: z.ZodType;
  readonly secrets: readonly string[];
  readonly limits: WorkflowLimits & { readonly shards: number; readonly deadlineMs: number | undefined };
  /** How long an ended execution is kept, ms. */
  readonly retainMs: Readonly<Record<FinalStatus, number>>;
  readonly onFailure: WorkflowOptions<z.ZodType>['onFailure'];
  readonly callback: CallbackOptions | undefined;
  readonly run: (event: WorkflowEvent<unknown>, step: Step) => Promise<unknown>;
}

const namePattern = /^[a-z][a-z0-9-]{0,62}$/;
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/**
 * Defines a workflow: `run` is called with the event, and again after a crash or a long wait; what its steps have
 * returned is then read from the journal. Whatever is not a function of the event must happen inside a step.
 * @throws {TypeError | RangeError} at start where a name, a version or a bound can't be right.
 */
export function defineWorkflow<Input extends z.ZodType>(
  options: WorkflowOptions<Input>,
  run: (event: WorkflowEvent<z.output<Input>>, step: Step) => Promise<unknown>,
): WorkflowDefinition {
  const { name, version, triggers = [], input, secrets = [], limits = {} } = options;
  if (typeof name !== 'string' || !namePattern.test(name)) {
    throw new TypeError(
      `Cannot define workflow as its name must be lower-case letters, digits and hyphens, at most 63 characters: current value is ${JSON.stringify(name)}`,
    );
  }
  if (typeof version !== 'string' || !versionPattern.test(version)) {
    throw new TypeError(
      `Cannot define workflow '${name}' as its version must be letters, digits, dots, underscores and hyphens, at most 32 characters: current value is ${JSON.stringify(version)}`,
    );
  }
  const { shards = 1 } = limits;
  if (!Number.isInteger(shards) || shards < 1 || shards > 1024) {
    throw new TypeError(
      `Cannot define workflow '${name}' as limits.shards must be a whole number from 1 to 1024: current value is ${shards}`,
    );
  }
  checkSchedules(
    name,
    triggers.filter((trigger) => trigger.kind === 'schedule'),
  );
  // Refuses a rate that its shards can't hold between them.
  if (limits.rate !== undefined) splitRate(limits.rate, shards);
  return {
    name,
    version,
    triggers,
    input,
    secrets: options.callback === undefined ? secrets : [...secrets, options.callback.secret],
    limits: { ...limits, shards, deadlineMs: readDuration(name, 'deadline', limits.deadline) },
    retainMs: {
      completed: readDuration(name, 'retain.completed', limits.retain?.completed) ?? limit.retainCompletedMs,
      faulted: readDuration(name, 'retain.faulted', limits.retain?.faulted) ?? limit.retainFaultedMs,
      cancelled: readDuration(name, 'retain.cancelled', limits.retain?.cancelled) ?? limit.retainCancelledMs,
    },
    onFailure: options.onFailure,
    callback: options.callback,
    // The input was parsed by `input` before `run` is called: the one place where its type is known and not written.
    run: run as WorkflowDefinition['run'],
  };
}

function checkSchedules(workflow: string, schedules: readonly ScheduleTrigger[]): void {
  const names = new Set<string>();
  for (const schedule of schedules) {
    checkSchedule(workflow, schedule);
    // By its name a schedule's runs are told apart: two of one name would take each other's for done.
    if (names.has(schedule.name))
      throw new TypeError(
        `Cannot define workflow '${workflow}' as two of its schedules have the same name: '${schedule.name}'`,
      );
    names.add(schedule.name);
  }
}

function checkSchedule(workflow: string, trigger: ScheduleTrigger): void {
  const parsed = parseSchedule(
    'cron' in trigger ? { cron: trigger.cron, timeZone: trigger.timeZone } : { every: trigger.every },
  );
  if (!parsed.ok)
    throw new TypeError(`Cannot define workflow '${workflow}', schedule '${trigger.name}': ${parsed.error}`);
}

function readDuration(workflow: string, what: string, value: Duration | undefined): number | undefined {
  if (value === undefined) return undefined;
  const parsed = parseDuration(value);
  if (parsed.ok) return parsed.value;
  throw new TypeError(`Cannot define workflow '${workflow}', limits.${what}: ${parsed.error}`);
}

/** When an execution must have ended, ms since the epoch; undefined where its workflow sets no deadline. */
export function deadlineOf(
  { limits }: WorkflowDefinition,
  { createdAt }: { readonly createdAt: number },
): number | undefined {
  return limits.deadlineMs === undefined ? undefined : createdAt + limits.deadlineMs;
}
