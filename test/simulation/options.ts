// World options: how a world is set up; made from its seed.
import type { RateLimitPolicy } from '../../src/core/rate-limit.ts';
import type { Planned } from './client.ts';
import type { FaultRates } from './fault.ts';
import type { Mutation } from './mutation.ts';
import type { Node } from './program.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly mutation: Mutation;
  /** Whether each commit is durable at once, or all of a turn together a little later, as on the platform. */
  readonly flush: 'commit' | 'turn';
  readonly rates: FaultRates;
  /** Programs by version, and those of the child workflow; then by number. */
  readonly programs: Readonly<Record<'v1' | 'v2' | 'child', readonly Node[]>>;
  readonly planned: readonly Planned[];
  readonly rate: RateLimitPolicy | undefined;
  /** How long an execution may take, ms. */
  readonly deadlineMs: number | undefined;
  /** Whether the workflow has a handler of failures. */
  readonly handler: boolean;
  /** Whether the end of each execution is told to the peer. */
  readonly callback: boolean;
  /** A schedule of the workflow, and how long the world goes on for it, ms. Every minute is of the world's first hour only. */
  readonly schedule:
    | { readonly everyMs: number; readonly misfire: 'skip' | 'once' | 'all'; readonly forMs: number }
    | undefined;
  /** Bounds of the engine that are made small, so that few executions reach them. */
  readonly limits: Readonly<Record<string, number>>;
}
