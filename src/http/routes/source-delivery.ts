// Source delivery: `/v1/sources/{source}/deliveries` and `…/{id}`, the log of what came to a source.
import * as z from 'zod';
import { deliveryMoment, deliveryOutcomes, firstDeliveryIdAt, isBodyKept } from '../../core/delivery.ts';
import type { KeptDelivery } from '../../core/delivery-log.ts';
import type { Failure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { diagnose, type DiagnosisPorts } from '../delivery-diagnosis.ts';
import {
  listeningObjects,
  objectsOfEntry,
  readLog,
  type LogEntry,
  type LogPage,
  type LogParts,
} from '../delivery-list.ts';
import { unavailable } from '../dispatch.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonAnswer, type Exchange, type Resource } from '../exchange.ts';
import { listQuerySchema } from '../execution-list.ts';
import {
  showEntry,
  showLogged,
  showStarted,
  type deliveryDetailSchema,
  type deliveryListSchema,
} from '../shown-delivery.ts';

/** Deliveries of a page where the caller names no number. */
const pageDefault = 20;

/** The last moment that an id can say. */
const endOfTime = 2 ** 48 - 1;

/** The query: what is unknown is refused, as in the list of executions. */
export const deliveryQuerySchema = listQuerySchema.pick({ since: true, until: true, limit: true }).extend({
  outcome: z.enum(deliveryOutcomes).optional(),
  cursor: z
    .string()
    .refine((text) => deliveryMoment(text) !== undefined, 'must be a cursor that a list has given')
    .optional(),
});

export interface DeliveryParts extends LogParts, DiagnosisPorts {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** Takes the values of secrets out of a text that is about to be shown. */
  readonly redact: (text: string) => string;
}

const headers = { 'Cache-Control': 'private, no-store' };

/** Lists deliveries, newest first. */
export function sourceDeliveriesRoute(parts: DeliveryParts): Resource {
  return {
    GET: async (exchange) => {
      const endpoint = parts.endpoints.get(exchange.param('source'));
      if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
      const url = new URL(exchange.request.url);
      const query = readQuery(url);
      if (!query.ok) return query;
      const { cursor, since = 0, until = endOfTime, limit: max = pageDefault, outcome } = query.value;
      const end = firstDeliveryIdAt(Math.min(until, endOfTime));
      const page = await readPage(endpoint, exchange, parts, {
        from: firstDeliveryIdAt(since),
        before: cursor !== undefined && cursor < end ? cursor : end,
        max,
        ...(outcome === undefined ? {} : { outcome }),
      });
      if (!page.ok) return page;
      const { entries, next } = page.value;
      const { name } = endpoint.source;
      const body: z.infer<typeof deliveryListSchema> = {
        deliveries: entries.map((entry) => showEntry(name, entry)),
      };
      if (next !== undefined) url.searchParams.set('cursor', next);
      return ok(
        jsonAnswer(200, body, {
          ...headers,
          ...(next === undefined ? {} : { Link: `<${url.pathname}${url.search}>; rel="next"` }),
        }),
      );
    },
  };
}

/** Asks for one page of the log; an object that can't be asked is a 503. */
export async function readPage(
  endpoint: Endpoint,
  exchange: Exchange,
  parts: LogParts,
  question: Parameters<typeof readLog>[1],
): Promise<Result<LogPage, Failure>> {
  try {
    return ok(await readLog(endpoint, question, parts));
  } catch (fault) {
    exchange.report('delivery-log-failed', fault);
    return err(unavailable);
  }
}

function readQuery(url: URL): Result<z.output<typeof deliveryQuerySchema>, Failure> {
  const query = deliveryQuerySchema.safeParse(Object.fromEntries(url.searchParams));
  if (query.success) return ok(query.data);
  const [issue] = query.error.issues;
  const parameter = String(issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'query'));
  const detail = `The query's '${parameter}' is wrong: ${issue?.message ?? ''}.`;
  return err({ kind: 'parameter-invalid', parameter, detail });
}

/** Shows one delivery, with what seems to be wrong with it where it was rejected. */
export function sourceDeliveryRoute(parts: DeliveryParts): Resource {
  return {
    GET: async (exchange) => {
      const endpoint = parts.endpoints.get(exchange.param('source'));
      if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
      const found = await findDelivery(endpoint, exchange.param('id'), exchange, parts);
      if (!found.ok) return found;
      const { started, logged, isKept } = found.value;
      const { source, provider } = endpoint;
      const shown = showStarted(source.name, provider, started, isKept, parts.redact);
      if (shown !== undefined) return ok(jsonAnswer(200, shown, headers));
      if (logged === undefined) return err({ kind: 'not-found', what: 'delivery' });
      const detail: z.infer<typeof deliveryDetailSchema> = showLogged(
        source.name,
        provider,
        logged,
        parts.redact,
      );
      const diagnosis = await diagnose(endpoint, [...parts.endpoints.values()], logged, parts);
      return ok(
        jsonAnswer(200, diagnosis === undefined ? detail : { ...detail, diagnosis: [...diagnosis] }, headers),
      );
    },
  };
}

/**
 * All that is kept of one delivery: what it started, or else what the source's object has of it.
 * @param entry what a list had of it: then only the objects that it names are asked
 */
export async function findDelivery(
  endpoint: Endpoint,
  id: string,
  exchange: Exchange,
  { objectOf, sourceObject }: LogParts,
  entry?: LogEntry,
) {
  const moment = deliveryMoment(id);
  if (moment === undefined) return err({ kind: 'not-found', what: 'delivery' } as const);
  const { name, keepBodySeconds } = endpoint.source;
  const isKept = isBodyKept(moment, keepBodySeconds, exchange.now.getTime());
  const objects =
    entry === undefined ? listeningObjects(endpoint, objectOf) : objectsOfEntry(entry, objectOf);
  try {
    const [parts, logged] = await Promise.all([
      Promise.all(objects.map((object) => object.startedBy(name, id))),
      entry?.outcome === 'accepted' ? undefined : sourceObject(name).delivery(id),
    ]);
    const shown = logged === undefined || isKept ? logged : withoutBody(logged);
    return ok({ started: parts.flat(), logged: shown, isKept });
  } catch (fault) {
    exchange.report('delivery-log-failed', fault);
    return err(unavailable);
  }
}

/** What is known of a delivery whose body's time is over by what the source declares now. */
function withoutBody({ delivery }: KeptDelivery): KeptDelivery {
  const { kind, length } = delivery.body;
  return { delivery: kind === 'bytes' ? { ...delivery, body: { kind: 'expired', length } } : delivery };
}
