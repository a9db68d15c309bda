// Identity: which workflow's executions an object holds, and which of them.
import type { WorkflowDefinition } from './define.ts';

export interface ShardIdentity {
  readonly workflow: string;
  readonly shard: number;
}

/** The versions of one workflow that this deployment has; `current` accepts. */
export interface WorkflowVersions {
  readonly current: WorkflowDefinition;
  readonly byVersion: ReadonlyMap<string, WorkflowDefinition>;
}
