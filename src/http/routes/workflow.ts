// Workflow: `/v1/workflows/{workflow}`, what is deployed of it, and when its schedules run next.
import * as z from 'zod';
import { err, ok } from '../../core/result.ts';
import type { WorkflowDefinition } from '../../engine/define.ts';
import type { ControlObjectOf } from '../control.ts';
import { unavailable } from '../dispatch.ts';
import { jsonAnswer, type Resource } from '../exchange.ts';

/** The body of a 200. */
export const workflowSchema = z.object({
  name: z.string(),
  /** The version that accepts. */
  version: z.string(),
  shards: z.int(),
  triggers: z.array(
    z.object({ kind: z.string(), source: z.string().optional(), types: z.array(z.string()).optional() }),
  ),
  schedules: z.array(z.object({ name: z.string(), nextRunAt: z.iso.datetime().nullable() })),
  links: z.object({ self: z.string(), executions: z.string() }),
});

export interface WorkflowParts {
  readonly workflows: ReadonlyMap<string, WorkflowDefinition>;
  readonly objectOf: ControlObjectOf;
}

/** Shows one workflow. Asking for it also sees to it that its schedules have their timers. */
export function workflowRoute({ workflows, objectOf }: WorkflowParts): Resource {
  return {
    GET: async (exchange) => {
      const workflow = workflows.get(exchange.param('workflow'));
      if (workflow === undefined) return err({ kind: 'not-found', what: 'workflow' });
      const { name, version, triggers, limits } = workflow;
      const isScheduled = triggers.some(({ kind }) => kind === 'schedule');
      try {
        const schedules = isScheduled ? await objectOf(name, 0).schedules() : [];
        const self = `/v1/workflows/${name}`;
        const shown: z.infer<typeof workflowSchema> = {
          name,
          version,
          shards: limits.shards,
          triggers: triggers.map((trigger) => ({
            kind: trigger.kind,
            ...(trigger.kind === 'webhook' ? { source: trigger.source } : {}),
            ...(trigger.kind === 'schedule' || trigger.types === undefined
              ? {}
              : { types: [...trigger.types] }),
          })),
          schedules: schedules.map((run) => ({
            name: run.name,
            nextRunAt: run.next === undefined ? null : new Date(run.next).toISOString(),
          })),
          links: { self, executions: `${self}/executions` },
        };
        return ok(jsonAnswer(200, shown, { 'Cache-Control': 'private, no-cache' }));
      } catch (fault) {
        exchange.report('schedules-failed', fault);
        return err(unavailable);
      }
    },
  };
}
