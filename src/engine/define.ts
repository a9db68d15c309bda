// Definition: a named, versioned workflow as its author writes it.
import type { z } from 'zod';
import type { WorkflowEvent } from '../core/event.ts';
import type { RateLimitPolicy } from '../core/rate-limit.ts';
import type { Trigger } from '../core/trigger.ts';
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
}

export interface WorkflowDefinition {
  readonly name: string;
  readonly version: string;
  readonly triggers: readonly Trigger[];
  readonly input: z.ZodType;
  readonly secrets: readonly string[];
  readonly limits: WorkflowLimits & { readonly shards: number };
  readonly run: (event: WorkflowEvent<unknown>, step: Step) => Promise<unknown>;
}

const namePattern = /^[a-z][a-z0-9-]{0,62}$/;
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/**
 * Defines a workflow: `run` is called with the event, and again after a crash or a long wait; what its steps have
 * returned is then read from the journal. Whatever is not a function of the event must happen inside a step.
 * @throws {TypeError} at start where a name, a version or a bound can't be right.
 */
export function defineWorkflow<Input extends z.ZodType>(
  options: WorkflowOptions<Input>,
  run: (event: WorkflowEvent<z.output<Input>>, step: Step) => Promise<unknown>,
): WorkflowDefinition {
  const { name, version, triggers = [], input, secrets = [], limits = {} } = options;
  if (!namePattern.test(name)) {
    throw new TypeError(
      `Cannot define workflow as its name must be lower-case letters, digits and hyphens, at most 63 characters: current value is ${JSON.stringify(name)}`,
    );
  }
  if (!versionPattern.test(version)) {
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
  return {
    name,
    version,
    triggers,
    input,
    secrets,
    limits: { ...limits, shards },
    // The input was parsed by `input` before `run` is called: the one place where its type is known and not written.
    run: run as WorkflowDefinition['run'],
  };
}
