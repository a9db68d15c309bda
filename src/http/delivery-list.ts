// Delivery list: the log of a source in pages, newest first: what the workflows' objects keep of accepted deliveries, and the
// source's own object of the others, merged by the deliveries' ids, which sort as they came.
import type { AcceptedDelivery, DeliveryOutcome } from '../core/delivery.ts';
import type { DeliveryQuestion, LoggedDelivery, StartedExecution } from '../core/delivery-log.ts';
import { parseExecutionId } from '../core/id.ts';
import type { ControlObjectOf } from './control.ts';
import type { SourceObjectOf } from './delivery-recorder.ts';
import type { Endpoint } from './endpoint.ts';

export interface LogParts {
  readonly objectOf: ControlObjectOf;
  readonly sourceObject: SourceObjectOf;
}

/** One delivery of the log: accepted, with what it started, or one that started nothing. */
export type LogEntry =
  | {
      readonly outcome: 'accepted';
      readonly delivery: Pick<AcceptedDelivery, 'id' | 'receivedAt' | 'verdict' | 'key' | 'latencyMs'>;
      readonly executions: readonly StartedExecution[];
    }
  | { readonly outcome: Exclude<DeliveryOutcome, 'accepted'>; readonly delivery: LoggedDelivery };

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; undefined where there is none. */
  readonly next: string | undefined;
}

/** Every object of the workflows that listen to a source. */
export function listeningObjects({ listeners }: Endpoint, objectOf: ControlObjectOf) {
  return listeners.flatMap(({ workflow: { name, limits } }) =>
    // Where it had more shards once, they hold what was started then.
    Array.from({ length: Math.max(limits.shards, ...(limits.shardsBefore ?? [])) }, (_, shard) =>
      objectOf(name, shard),
    ),
  );
}

/** The objects that hold what a delivery has started. */
export function objectsOfEntry(entry: LogEntry, objectOf: ControlObjectOf) {
  if (entry.outcome !== 'accepted') return [];
  const places = entry.executions.flatMap(({ id }) => {
    const parsed = parseExecutionId(id);
    return parsed.ok ? [parsed.value] : [];
  });
  const byName = new Map(places.map((place) => [`${place.workflow}/${place.shard}`, place]));
  return [...byName.values()].map(({ workflow, shard }) => objectOf(workflow, shard));
}

/**
 * One page. Where an object had more to look through than one page may, the page is shorter, or even empty, and has a `next`.
 * Rejects where an object can't be asked.
 */
export async function readLog(
  endpoint: Endpoint,
  { outcome, from, before, max }: DeliveryQuestion,
  { objectOf, sourceObject }: LogParts,
): Promise<LogPage> {
  const { name } = endpoint.source;
  const wantsStarted = outcome === undefined || outcome === 'accepted';
  const question = { from, before, max };
  const [pages, logged] = await Promise.all([
    Promise.all(
      wantsStarted
        ? listeningObjects(endpoint, objectOf).map((object) => object.started(name, question))
        : [],
    ),
    outcome === 'accepted'
      ? []
      : sourceObject(name).deliveries(outcome === undefined ? question : { ...question, outcome }),
  ]);
  const lastLogged = logged.length < max ? undefined : logged.at(-1)?.id;
  // What is older may be missing from one of the parts.
  const complete = [...pages.map((page) => page.complete), lastLogged ?? from].reduce((a, b) =>
    a > b ? a : b,
  );
  const entries = merge(
    pages.flatMap(({ executions }) => executions),
    logged,
  ).filter(({ delivery }) => delivery.id >= complete);
  const page = entries.slice(0, max);
  const cut = entries.length > max ? page.at(-1)?.delivery.id : undefined;
  return { entries: page, next: cut ?? (complete > from ? complete : undefined) };
}

/** One entry a delivery. Where only a part of it was accepted, that part is what the log shows. */
function merge(started: readonly StartedExecution[], logged: readonly LoggedDelivery[]): readonly LogEntry[] {
  const entries = new Map<string, LogEntry>(
    logged.map((delivery) => [delivery.id, { outcome: delivery.outcome, delivery }]),
  );
  for (const [id, executions] of Map.groupBy(started, ({ delivery }) => delivery.id)) {
    const [first] = executions;
    if (first !== undefined) entries.set(id, { outcome: 'accepted', delivery: first.delivery, executions });
  }
  return [...entries.values()].toSorted((a, b) => (a.delivery.id < b.delivery.id ? 1 : -1));
}
