// Delivery original: what the first deliveries of a duplicate's events had started: a duplicate itself keeps their executions' ids alone.
import type { LoggedDelivery, StartedDelivery } from '../core/delivery-log.ts';
import type { Failure } from '../core/failure.ts';
import { parseExecutionId } from '../core/id.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { LogParts } from './delivery-list.ts';
import { unavailable } from './dispatch.ts';
import type { Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';

/** What a duplicate's events had started, all of it: where a part can't be told any more, a `conflict` that says so. */
export async function findOriginals(
  { source: { name } }: Endpoint,
  { executions }: LoggedDelivery,
  exchange: Exchange,
  { objectOf }: LogParts,
): Promise<Result<readonly StartedDelivery[], Failure>> {
  const places = executions.flatMap((id) => {
    const parsed = parseExecutionId(id);
    return parsed.ok ? [{ id, ...parsed.value }] : [];
  });
  const byObject = Map.groupBy(places, ({ workflow, shard }) => `${workflow}/${shard}`);
  let found: readonly StartedDelivery[];
  try {
    const parts = await Promise.all(
      [...byObject.values()].map(async (all) => {
        const [first] = all;
        const ids = all.map(({ id }) => id);
        return first === undefined ? [] : objectOf(first.workflow, first.shard).startedAs(name, ids);
      }),
    );
    found = parts.flat();
  } catch (fault) {
    exchange.report('delivery-log-failed', fault);
    return err(unavailable);
  }
  if (executions.length >= limit.deliveryIdsMax) {
    const ids = [...new Set(found.map(({ delivery }) => delivery.id))];
    const links = ids.map((id) => `/v1/sources/${name}/deliveries/${id}`).join(', ');
    return conflict(
      `it may have more events than the log lists of it: replay ${links || 'the first delivery'}`,
    );
  }
  return found.length < executions.length
    ? conflict(`${executions.length - found.length} of its executions are kept no longer`)
    : ok(found);
}

function conflict(why: string): { readonly ok: false; readonly error: Failure } {
  return err({ kind: 'conflict', detail: `Cannot replay the duplicate as ${why}.` });
}
