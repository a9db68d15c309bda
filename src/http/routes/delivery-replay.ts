// Delivery replay: `/v1/sources/{source}/deliveries/{id}/replays` and, for many at once, `/v1/sources/{source}/replays`.
import * as z from 'zod';
import { deliveryMoment, deliveryOutcomes, firstDeliveryIdAt } from '../../core/delivery.ts';
import { executionPath } from '../../core/execution.ts';
import { limit } from '../../core/limit.ts';
import { err, ok } from '../../core/result.ts';
import { replay, type ReplayedExecution } from '../delivery-replay.ts';
import { jsonAnswer, type Exchange, type Resource } from '../exchange.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { readInput } from '../json-body.ts';
import { problemAnswer } from '../problem.ts';
import { findDelivery, readPage, type DeliveryParts } from './source-delivery.ts';

/** The body of a request for one: nothing, or that the run is dry. */
export const replaySchema = z.union([
  z.null().transform((): { dryRun?: boolean | undefined } => ({})),
  z.strictObject({ dryRun: z.boolean().optional() }),
]);

const momentSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** The body of a request for many: those that came from `since` to before `until`, newest first. */
export const bulkReplaySchema = z.strictObject({
  since: momentSchema,
  until: momentSchema,
  outcome: z.enum(deliveryOutcomes).optional(),
  /** Says what would be done, and does nothing. To be chosen: nobody replays an hour by forgetting a word. */
  dryRun: z.boolean(),
  limit: z.int().min(1).max(limit.replaysMax).optional(),
  cursor: z
    .string()
    .refine((text) => deliveryMoment(text) !== undefined, 'must be a cursor that a replay has given')
    .optional(),
});

const executionSchema = z.object({
  /** Absent where the run is dry. */
  id: z.string().optional(),
  statusUrl: z.string().optional(),
  workflow: z.string(),
  event: z.string(),
  duplicate: z.boolean().optional(),
  replays: z.string().optional(),
});

/** The body of a 202, or of the 200 of a dry run. */
export const replayedSchema = z.object({
  delivery: z.string(),
  dryRun: z.boolean(),
  executions: z.array(executionSchema),
});

/** The body of the answer to a request for many. */
export const bulkReplayedSchema = z.object({
  dryRun: z.boolean(),
  deliveries: z.array(
    z.object({
      delivery: z.string(),
      outcome: z.enum(deliveryOutcomes),
      executions: z.array(executionSchema),
      /** Why it was not, or would not be, replayed. */
      refused: z.string().optional(),
    }),
  ),
  /** Where the next request goes on; null where there is no more. */
  cursor: z.string().nullable(),
});

/** Replays one delivery. */
export function deliveryReplayRoute(parts: DeliveryParts): Resource {
  return {
    POST: async (exchange) => {
      const endpoint = parts.endpoints.get(exchange.param('source'));
      if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
      const key = readIdempotencyKey(exchange.request.headers);
      if (!key.ok) return key;
      const wanted = await readInput(exchange.request, replaySchema);
      if (!wanted.ok) return wanted;
      const { dryRun = false } = wanted.value;
      const id = exchange.param('id');
      const found = await findDelivery(endpoint, id, exchange, parts);
      if (!found.ok) return found;
      const request = { key: key.value ?? crypto.randomUUID(), dryRun };
      const replayed = await replay(endpoint, found.value, request, exchange, parts);
      if (!replayed.ok) return replayed;
      const body: z.infer<typeof replayedSchema> = {
        delivery: id,
        dryRun,
        executions: replayed.value.map(show),
      };
      return ok(jsonAnswer(dryRun ? 200 : 202, body));
    },
  };
}

/** Replays the deliveries of a time, one after the other: the request that is cut off is sent again with the same key. */
export function bulkReplayRoute(parts: DeliveryParts): Resource {
  return {
    POST: async (exchange) => {
      const endpoint = parts.endpoints.get(exchange.param('source'));
      if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
      const key = readIdempotencyKey(exchange.request.headers);
      if (!key.ok) return key;
      const wanted = await readInput(exchange.request, bulkReplaySchema);
      if (!wanted.ok) return wanted;
      const { since, until, outcome, dryRun, limit: max = limit.replaysMax, cursor } = wanted.value;
      const end = firstDeliveryIdAt(until);
      const page = await readPage(endpoint, exchange, parts, {
        from: firstDeliveryIdAt(since),
        before: cursor !== undefined && cursor < end ? cursor : end,
        max,
        ...(outcome === undefined ? {} : { outcome }),
      });
      if (!page.ok) return page;
      const request = { key: key.value ?? crypto.randomUUID(), dryRun };
      const deliveries: z.infer<typeof bulkReplayedSchema>['deliveries'] = [];
      for (const entry of page.value.entries) {
        const { id } = entry.delivery;
        const found = await findDelivery(endpoint, id, exchange, parts, entry);
        const replayed = found.ok ? await replay(endpoint, found.value, request, exchange, parts) : found;
        deliveries.push({
          delivery: id,
          outcome: entry.outcome,
          executions: replayed.ok ? replayed.value.map(show) : [],
          ...(replayed.ok ? {} : { refused: detailOf(replayed.error, exchange) }),
        });
      }
      const body: z.infer<typeof bulkReplayedSchema> = {
        dryRun,
        deliveries,
        cursor: page.value.next ?? null,
      };
      return ok(jsonAnswer(dryRun ? 200 : 202, body));
    },
  };
}

const detailSchema = z.object({ detail: z.string() });

/** The sentence that the failure of one delivery would have been answered with. */
function detailOf(failure: Parameters<typeof problemAnswer>[0], { requestId }: Exchange): string {
  const { body } = problemAnswer(failure, '', requestId);
  return detailSchema.parse(JSON.parse(body ?? '')).detail;
}

function show({ id, ...execution }: ReplayedExecution): z.infer<typeof executionSchema> {
  return id === undefined ? execution : { id, statusUrl: executionPath(id), ...execution };
}
