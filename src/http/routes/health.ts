// Health: `/healthz`, whether the Worker answers. It asks no object: a probe every second must cost nothing.
import * as z from 'zod';
import { ok } from '../../core/result.ts';
import { jsonAnswer, type Resource } from '../exchange.ts';

/** The body of a 200. */
export const healthSchema = z.object({ status: z.literal('ok') });

const healthy: z.infer<typeof healthSchema> = { status: 'ok' };

/** Configuration is read at start, so a Worker that answers is one that can work. */
export function healthRoute(): Resource {
  return { GET: async () => ok(jsonAnswer(200, healthy)) };
}
