// Execution redrive: `/v1/executions/{id}/redrives`, where a caller has an execution that ended run anew.
import * as z from 'zod';
import { executionPath } from '../../core/execution.ts';
import { limit } from '../../core/limit.ts';
import { ok } from '../../core/result.ts';
import { askObject, type ControlParts } from '../control.ts';
import { jsonAnswer, type Resource } from '../exchange.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { readInput } from '../json-body.ts';

/** The body of the request: nothing, or the step from which it runs anew. */
export const redriveSchema = z.union([
  z.null().transform((): { from?: string | undefined } => ({})),
  z.strictObject({
    from: z
      .string()
      .min(1)
      .max(limit.stepNameLengthMax + 6)
      .optional(),
  }),
]);

/** The body of a 202. */
export const redrivenSchema = z.object({
  id: z.string(),
  status: z.string(),
  statusUrl: z.string(),
  redriveOf: z.string(),
});

/** Starts a new, linked execution that keeps what the steps before returned. */
export function executionRedriveRoute(parts: ControlParts): Resource {
  return {
    POST: async (exchange) => {
      const key = readIdempotencyKey(exchange.request.headers);
      if (!key.ok) return key;
      const wanted = await readInput(exchange.request, redriveSchema);
      if (!wanted.ok) return wanted;
      const id = exchange.param('id');
      const { from } = wanted.value;
      const request = { id, key: key.value ?? crypto.randomUUID(), ...(from === undefined ? {} : { from }) };
      const redriven = await askObject(parts, id, exchange, (object) => object.redrive(request));
      if (!redriven.ok) return redriven;
      const { id: made, status, duplicate } = redriven.value;
      const statusUrl = executionPath(made);
      return ok(
        jsonAnswer(
          202,
          { id: made, status, statusUrl, redriveOf: id } satisfies z.infer<typeof redrivenSchema>,
          {
            Location: statusUrl,
            ...(duplicate ? { 'Idempotency-Replayed': 'true' } : {}),
          },
        ),
      );
    },
  };
}
