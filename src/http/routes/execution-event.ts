// Execution event: `/v1/executions/{id}/events`, where a caller sends an execution what a `waitForEvent` of it waits for.
import * as z from 'zod';
import { limit } from '../../core/limit.ts';
import { ok } from '../../core/result.ts';
import { askObject, shownAnswer, type ControlParts } from '../control.ts';
import { writeData } from '../dispatch.ts';
import type { Resource } from '../exchange.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { readInput } from '../json-body.ts';

/** The body of the request. */
export const sentEventSchema = z.strictObject({
  type: z.string().min(1).max(limit.stepNameLengthMax),
  data: z.unknown().optional(),
});

/** Sends the event. It is kept if no step waits for it yet; the same `Idempotency-Key` again is the same event. */
export function executionEventRoute(parts: ControlParts): Resource {
  return {
    POST: async (exchange) => {
      const key = readIdempotencyKey(exchange.request.headers);
      if (!key.ok) return key;
      const event = await readInput(exchange.request, sentEventSchema);
      if (!event.ok) return event;
      const data = writeData(event.value.data ?? null);
      if (!data.ok) return data;
      const id = exchange.param('id');
      const { type } = event.value;
      const eventId = key.value ?? crypto.randomUUID();
      const sent = await askObject(parts, id, exchange, (object) =>
        object.send({ id, eventId, type, data: data.value }),
      );
      return sent.ok ? ok(shownAnswer(202, sent.value)) : sent;
    },
  };
}
