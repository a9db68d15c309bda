// Entrypoint: a workflow that was written as a class for Cloudflare Workflows. Its base class comes from here instead of
// `cloudflare:workers`, whose own can't be made outside of Cloudflare's engine; nothing else of it changes.
import type { WorkflowEvent } from '../core/event.ts';
import type { Step } from './step.ts';

/** What is left of an execution context between steps: a workflow's work belongs into its steps. */
export interface EntrypointContext {
  /** Takes a promise that nobody awaits; it is not waited for, and is lost with its object. */
  waitUntil(promise: Promise<unknown>): void;
}

/** The base class, under the name and with the members of Cloudflare's (@cloudflare/workers-types 2026-10-26). */
export abstract class WorkflowEntrypoint<Env = unknown, Params = unknown> {
  protected readonly ctx: EntrypointContext;
  protected readonly env: Env;

  constructor(ctx: EntrypointContext, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }

  abstract run(event: Readonly<WorkflowEvent<Params>>, step: Step): Promise<unknown>;
}

/**
 * What `defineWorkflow` is given for a class: each call of it makes a new instance, as a replay does.
 * @param env what the class finds as `this.env`: the Worker's bindings, `import { env } from 'cloudflare:workers'`
 */
export function entrypoint<Env, Params>(
  Entrypoint: new (ctx: EntrypointContext, env: Env) => WorkflowEntrypoint<Env, Params>,
  env: Env,
): (event: WorkflowEvent<Params>, step: Step) => Promise<unknown> {
  const ctx: EntrypointContext = { waitUntil: (promise) => void promise.catch(() => {}) };
  return (event, step) => new Entrypoint(ctx, env).run(event, step);
}
