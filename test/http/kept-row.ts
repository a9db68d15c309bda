// What the tests of kept deliveries share: delivering to a box, and reading the row of an execution as it is stored.
import { runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';
import { z } from 'zod';
import { parseExecutionId } from '../../src/core/id.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { steps } from '../fixture/workflow.ts';
import { objectOf } from '../durable-objects/object.ts';
import { boxOf, signed, type Sent } from './box.ts';

const rowSchema = z.object({
  delivery: z.string(),
  body: z.instanceof(ArrayBuffer).nullable(),
  data: z.string(),
});

/** The row of an execution as it is stored. */
export async function rowOf(id: string) {
  const parsed = parseExecutionId(id);
  if (!parsed.ok) throw new Error(parsed.error);
  const { workflow, shard, serial } = parsed.value;
  const row = await runInDurableObject(objectOf(workflow, shard), (_object, { storage }) =>
    storage.sql.exec('select delivery, body, data from execution where serial = ?', serial).one(),
  );
  const { delivery, body, data } = rowSchema.parse(row);
  return {
    text: delivery,
    delivery: z
      .looseObject({ id: z.string(), body: z.looseObject({ kind: z.string() }) })
      .parse(JSON.parse(delivery)),
    body: body === null ? undefined : new TextDecoder().decode(body),
    data,
  };
}

/** One workflow, whose input is another than the event's data. */
export const listeners = [[steps, { source: 'shop', map: () => ({ count: 0 }) }]] as const;

/** Delivers to a box of one source, and gives what was accepted and the headers that were sent. */
export async function deliver(
  provider: string,
  sent: Sent,
  of: Parameters<typeof boxOf>[0]['listeners'] = listeners,
  more: { readonly keepBodySeconds?: number } = {},
) {
  const { ask } = boxOf({ sources: [{ name: 'shop', provider, ...more }], listeners: of });
  const { path, init } = await signed('shop', provider, sent);
  const response = await ask(path, init);
  expect(response.status).toBe(202);
  return { ...deliveryAcceptedSchema.parse(await response.json()), headers: init.headers };
}
