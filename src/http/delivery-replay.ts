// Delivery replay: has a delivery of the log run again. An accepted one starts its executions anew; a rejected one is judged again,
// by the present secrets and at its own time; a filtered one is offered to the present triggers; a duplicate starts anew what the first
// delivery of its events had started.
import type { AcceptRequest } from '../core/acceptance.ts';
import { formatDeliveryId, isBodyKept } from '../core/delivery.ts';
import type { KeptDelivery, LoggedBody, StartedDelivery } from '../core/delivery-log.ts';
import type { Failure } from '../core/failure.ts';
import { parseExecutionId, shardOf } from '../core/id.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import { Delivery, hasTokenInBody, readEvents } from '../webhooks/index.ts';
import { withDelivery, type GenuineDelivery } from './accepted-delivery.ts';
import { findOriginals } from './delivery-original.ts';
import type { LogParts } from './delivery-list.ts';
import { acceptAll } from './dispatch.ts';
import type { Endpoint } from './endpoint.ts';
import { toRequests, unwanted } from './event-request.ts';
import type { Exchange } from './exchange.ts';
import { judge } from './judge.ts';
import type { Seal } from './paired-secret.ts';
import { openRequest } from './sealed-credential.ts';

export interface ReplayParts extends LogParts {
  /** Takes the values of secrets out of a text that is about to be kept. */
  readonly redact: (text: string) => string;
  /** Opens what a rejected delivery showed as its credential. */
  readonly seal: Seal;
}

export interface ReplayRequest {
  /** The same key is the same replay. */
  readonly key: string;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
}

/** One execution of a replay; without an id where the run is dry. */
export interface ReplayedExecution {
  readonly workflow: string;
  readonly event: string;
  readonly id?: string;
  /** True where it had been started before: by the same replay, or by another delivery of the event. */
  readonly duplicate?: boolean;
  /** The execution that it repeats. */
  readonly replays?: string;
}

type Found = {
  readonly started: readonly StartedDelivery[];
  readonly logged: KeptDelivery | undefined;
};

/** Replays one delivery; what can't be is a `conflict` that says why. */
export async function replay(
  endpoint: Endpoint,
  { started, logged }: Found,
  request: ReplayRequest,
  exchange: Exchange,
  parts: ReplayParts,
): Promise<Result<readonly ReplayedExecution[], Failure>> {
  if (started.length > 0) return again(endpoint, started, request, exchange, parts);
  if (logged === undefined) return err({ kind: 'not-found', what: 'delivery' });
  if (logged.delivery.outcome === 'duplicate') {
    const originals = await findOriginals(endpoint, logged.delivery, exchange, parts);
    return originals.ok ? again(endpoint, originals.value, request, exchange, parts) : originals;
  }
  const genuine = await judgeAgain(endpoint, logged, exchange, parts.seal);
  if (!genuine.ok) return genuine;
  const { source, provider } = endpoint;
  // At its own time: an event that carries none came when its delivery did.
  const now = new Date(logged.delivery.receivedAt);
  const events = await readEvents(provider, genuine.value.delivery, { source: source.name, now });
  if (!events.ok) return conflict(`it can't be read (${events.error})`);
  const requests = toRequests(endpoint, events.value, exchange.traceparent);
  if (!requests.ok) return requests;
  if (requests.value.length === 0) return conflict('no workflow wants its events');
  if (request.dryRun) return ok(requests.value.map(({ workflow, event }) => ({ workflow, event: event.id })));
  const filtered = unwanted(events.value, requests.value);
  const kept = await withDelivery(endpoint, { ...genuine.value, filtered }, requests.value, parts.redact);
  return start(kept, exchange, parts);
}

/** New executions of the same events, each under a key of its own. The source's limit is the vendor's, and counts none of them. */
async function again(
  { source, listeners }: Endpoint,
  started: readonly StartedDelivery[],
  { key, dryRun }: ReplayRequest,
  exchange: Exchange,
  parts: ReplayParts,
): Promise<Result<readonly ReplayedExecution[], Failure>> {
  const now = exchange.now.getTime();
  if (started.some(({ delivery }) => !isBodyKept(delivery.receivedAt, source.keepBodySeconds, now)))
    return conflict(expired(source.keepBodySeconds));
  const shardsOf = (name: string) =>
    listeners.find(({ workflow }) => workflow.name === name)?.workflow.limits.shards;
  const gone = started.find(({ workflow }) => shardsOf(workflow) === undefined);
  if (gone !== undefined)
    return conflict(`workflow '${gone.workflow}' does not listen to the source any more`);
  const pairs = started.flatMap(({ id, workflow, event, data, delivery }) => {
    const shards = shardsOf(workflow);
    const parsed = parseExecutionId(id);
    if (shards === undefined || !parsed.ok) return [];
    const own = `replay:${delivery.id}:${parsed.value.shard}.${parsed.value.serial}:${key}`;
    const { traceparent } = exchange;
    const request: AcceptRequest = {
      workflow,
      shard: shardOf(own, shards),
      key: own,
      event,
      data,
      traceparent,
    };
    return [{ request, replays: id }];
  });
  if (dryRun)
    return ok(
      pairs.map(({ request: { workflow, event }, replays }) => ({ workflow, event: event.id, replays })),
    );
  const done = await start(
    pairs.map(({ request }) => request),
    exchange,
    parts,
  );
  if (!done.ok) return done;
  return ok(
    done.value.map((execution, at) => {
      const replays = pairs[at]?.replays;
      return replays === undefined ? execution : { ...execution, replays };
    }),
  );
}

async function start(
  requests: readonly AcceptRequest[],
  exchange: Exchange,
  { objectOf }: ReplayParts,
): Promise<Result<readonly ReplayedExecution[], Failure>> {
  const accepted = await acceptAll(requests, objectOf, exchange);
  if (!accepted.ok) return accepted;
  return ok(
    accepted.value.map(({ id, duplicate }, at) => ({
      id,
      workflow: requests[at]?.workflow ?? '',
      event: requests[at]?.event.id ?? '',
      duplicate,
    })),
  );
}

/** The delivery as a genuine one, if it is one by the present secrets; under a new id, as it is accepted now. */
async function judgeAgain(
  endpoint: Endpoint,
  { delivery: logged, bytes }: KeptDelivery,
  exchange: Exchange,
  seal: Seal,
): Promise<Result<Omit<GenuineDelivery, 'filtered'>, Failure>> {
  const { outcome, receivedAt, verdict: known, key: knownKey } = logged;
  if (outcome === 'handshake') return conflict('a handshake is no event');
  if (bytes === undefined) return conflict(whyNotKept(endpoint, logged.body.kind));
  const request = await openRequest(endpoint, logged.request, new Uint8Array(bytes), seal);
  if (!request.ok) return conflict('its token was sealed under another root key, or for another source');
  const delivery = new Delivery(request.value);
  const now = exchange.now.getTime();
  const genuine = {
    id: formatDeliveryId(now, crypto.getRandomValues(new Uint8Array(10))),
    receivedAt: now,
    latencyMs: 0,
    delivery,
  };
  // Proved when it came, as the log knows: its signature was not kept.
  if (known !== undefined)
    return ok({
      ...genuine,
      verdict: known,
      ...(knownKey === undefined ? {} : { key: knownKey }),
    });
  const { verdict, key } = await judge(endpoint, delivery, new Date(receivedAt), exchange.now);
  if (verdict.outcome === 'failed')
    return conflict(`it is not genuine by the present secrets (${verdict.reason})`);
  if (verdict.outcome === 'handshake') return conflict('a handshake is no event');
  return ok({ ...genuine, verdict: verdict.outcome, ...(key === undefined ? {} : { key }) });
}

function expired(keepBodySeconds: number): string {
  return `its raw body is kept no longer (the source's keepBodySeconds is ${keepBodySeconds})`;
}

function whyNotKept({ source, provider }: Endpoint, kind: LoggedBody['kind']): string {
  switch (kind) {
    case 'bytes':
    case 'expired':
      return expired(source.keepBodySeconds);
    case 'digest':
      return `its raw body was not kept: it had more than ${limit.deliveryBodyBytesMax} bytes, or a secret of this box in it`;
    case 'left-out':
      return hasTokenInBody(provider)
        ? 'its raw body was not kept: this vendor writes its token into it'
        : 'its raw body was not kept: it was not read, or the source keeps none';
    default:
      return kind satisfies never;
  }
}

function conflict(why: string): { readonly ok: false; readonly error: Failure } {
  return err({ kind: 'conflict', detail: `Cannot replay the delivery as ${why}.` });
}
