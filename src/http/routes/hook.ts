// Hook: `/v1/hooks/{source}`, where vendors deliver. Signature first, JSON second, object last: what is not genuine is neither
// parsed nor does it reach an object.
import { z } from 'zod';
import type { Accepted, AcceptRequest } from '../../core/acceptance.ts';
import { formatDeliveryId } from '../../core/delivery.ts';
import { eventAttributesSchema, type EventAttributes } from '../../core/event.ts';
import { executionPath, executionStatusSchema } from '../../core/execution.ts';
import type { Failure } from '../../core/failure.ts';
import { shardOf } from '../../core/id.ts';
import { err, ok, type Result } from '../../core/result.ts';
import {
  Delivery,
  readEvents,
  verifyDelivery,
  type ReceivedEvent,
  type UnreadableReason,
  type Verdict,
} from '../../webhooks/index.ts';
import { withDelivery, type GenuineDelivery } from '../accepted-delivery.ts';
import { acceptAll, unavailable, writeData, type WorkflowObjectOf } from '../dispatch.ts';
import { findTrigger, type Endpoint } from '../endpoint.ts';
import {
  jsonAnswer,
  otherMethod,
  type Answer,
  type Exchange,
  type Handler,
  type Outcome,
} from '../exchange.ts';
import { readBody } from '../middleware/body.ts';
import { rateHeaders } from '../problem.ts';

/** The body of a 202. */
export const deliveryAcceptedSchema = z.object({
  /** The id of this delivery: a resend has another. */
  delivery: z.uuid(),
  /** The event's id, or, of a delivery that is a batch, the ids of its events. */
  event: eventAttributesSchema.shape.id.optional(),
  events: z.array(eventAttributesSchema.shape.id).optional(),
  /** True where every event of it had started its executions before. */
  duplicate: z.literal(true).optional(),
  executions: z.array(
    z.object({
      id: z.string(),
      workflow: z.string(),
      status: executionStatusSchema,
      statusUrl: z.string(),
    }),
  ),
});

type DeliveryAccepted = z.infer<typeof deliveryAcceptedSchema>;

export interface HookParts {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly objectOf: WorkflowObjectOf;
  /** Takes the values of secrets out of a text that is about to be kept. */
  readonly redact: (text: string) => string;
}

/** Takes deliveries and answers handshakes, on whichever method the vendor of the source uses. */
export function hookRoute(parts: HookParts): Handler {
  const { endpoints } = parts;
  return async (exchange) => {
    const began = performance.now();
    const endpoint = endpoints.get(exchange.param('source'));
    if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
    const { method, url, headers } = exchange.request;
    if (!endpoint.allow.includes(method)) return otherMethod(method, endpoint.allow);
    const body = await readBody(exchange.request, endpoint.source.bodyBytesMax);
    if (!body.ok) return body;
    const delivery = new Delivery({ method, url, headers, body: body.value });
    const verdict = await verifyDelivery(endpoint.provider, delivery, endpoint.secrets, exchange.now);
    if (verdict.outcome === 'handshake') return answerHandshake(verdict, exchange);
    // Events come by POST alone; an OPTIONS that is no handshake is a plain one.
    if (method === 'OPTIONS') return otherMethod(method, endpoint.allow);
    if (verdict.outcome === 'failed') {
      return err(verdict.reason === 'key-unavailable' ? unavailable : { kind: 'not-genuine' });
    }
    if (method !== 'POST') return otherMethod(method, ['POST']);
    const key = endpoint.source.secrets[verdict.key];
    const genuine: GenuineDelivery = {
      id: formatDeliveryId(exchange.now.getTime(), crypto.getRandomValues(new Uint8Array(10))),
      receivedAt: exchange.now.getTime(),
      verdict: verdict.outcome,
      ...(key === undefined ? {} : { key }),
      latencyMs: Math.round(performance.now() - began),
      delivery,
    };
    return accept(endpoint, genuine, exchange, parts);
  };
}

function answerHandshake(verdict: Extract<Verdict, { outcome: 'handshake' }>, exchange: Exchange): Outcome {
  const { response, capturedSecret, visit } = verdict;
  if (capturedSecret === undefined && visit === undefined) return ok(response);
  // Nowhere yet to keep a secret that arrives in a handshake, nor anyone to follow its link: a 200 would have the vendor send
  // events that can't be judged.
  exchange.report('handshake-unsupported', 'The handshake hands over a secret or a link');
  return err(unavailable);
}

async function accept(
  endpoint: Endpoint,
  genuine: GenuineDelivery,
  exchange: Exchange,
  { objectOf, redact }: HookParts,
): Promise<Outcome> {
  const { provider, source } = endpoint;
  const events = await readEvents(provider, genuine.delivery, { source: source.name, now: exchange.now });
  if (!events.ok) return err(toFailure(events.error, endpoint));
  const requests = toRequests(endpoint, events.value, exchange.traceparent);
  if (!requests.ok) return requests;
  const kept = await withDelivery(endpoint, genuine, requests.value, redact);
  const accepted = await acceptAll(kept, objectOf, exchange);
  if (!accepted.ok) return accepted;
  if (provider.wantedAnswer !== undefined) return ok(provider.wantedAnswer);
  return ok(toAnswer(genuine.id, events.value, requests.value, accepted.value));
}

/** One request for each event and each workflow that wants it. */
function toRequests(
  { source, listeners, limits }: Endpoint,
  events: readonly ReceivedEvent[],
  traceparent: string | undefined,
): Result<readonly AcceptRequest[], Failure> {
  const requests: AcceptRequest[] = [];
  for (const { dedupeKey, data, ...attributes } of events) {
    const key = `hook:${source.name}:${dedupeKey}`;
    const event = { ...attributes, data };
    for (const listener of listeners) {
      const trigger = findTrigger(listener, event);
      if (trigger === undefined) continue;
      const input = writeData(trigger.map === undefined ? data : trigger.map(event));
      if (!input.ok) return input;
      const { name, limits: bounds } = listener.workflow;
      requests.push({
        workflow: name,
        shard: shardOf(key, bounds.shards),
        key,
        event: attributes satisfies EventAttributes,
        data: input.value,
        traceparent,
        limits,
      });
    }
  }
  return ok(requests);
}

function toAnswer(
  delivery: string,
  events: readonly ReceivedEvent[],
  requests: readonly AcceptRequest[],
  accepted: readonly Accepted[],
): Answer {
  const ids = events.map(({ id }) => id);
  const [event] = ids;
  const executions = accepted.map(({ id, status }, at) => ({
    id,
    workflow: requests[at]?.workflow ?? '',
    status,
    statusUrl: executionPath(id),
  }));
  const body: DeliveryAccepted = {
    delivery,
    ...(ids.length === 1 && event !== undefined ? { event } : { events: ids }),
    ...(accepted.length > 0 && accepted.every(({ duplicate }) => duplicate) ? { duplicate: true } : {}),
    executions,
  };
  const [first] = executions;
  return jsonAnswer(202, body, {
    ...(first === undefined ? {} : { Location: first.statusUrl }),
    ...rateHeaders(accepted.flatMap(({ limits }) => limits)),
  });
}

/** Why a genuine delivery says nothing that can be read. The sender is known by now: it may know what is wrong. */
const unreadable: Readonly<Record<Exclude<UnreadableReason, 'wrong-type'>, string>> = {
  empty: 'The body is empty.',
  'not-json': 'The body is not JSON in UTF-8.',
  'not-form': 'The body is not a form.',
  'too-deep': 'The JSON is nested too deeply.',
  'too-many-members': 'The JSON has too many members.',
  'id-malformed': "The event's id is too long, or has control characters or lone surrogates.",
};

const mediaTypes = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  xml: 'application/xml',
  token: 'application/jwt',
  lines: 'application/x-ndjson',
} as const;

function toFailure(reason: UnreadableReason, { provider }: Endpoint): Failure {
  if (reason !== 'wrong-type') return { kind: 'body-unreadable', detail: unreadable[reason] };
  const kinds = (provider.events.bodies ?? ['json']).filter((kind) => kind !== 'empty');
  return { kind: 'media-type', accepted: kinds.map((kind) => mediaTypes[kind]) };
}
