// Hook: `/v1/hooks/{source}`, where vendors deliver. Signature first, JSON second, object last: what is not genuine is neither
// parsed nor does it reach an object.
import * as z from 'zod';
import type { Accepted, AcceptRequest } from '../../core/acceptance.ts';
import { formatDeliveryId } from '../../core/delivery.ts';
import { eventAttributesSchema } from '../../core/event.ts';
import { executionPath, executionStatusSchema } from '../../core/execution.ts';
import { err, ok } from '../../core/result.ts';
import {
  Delivery,
  readEvents,
  type FailureReason,
  type ReceivedEvent,
  type Verdict,
} from '../../webhooks/index.ts';
import { withDelivery, type GenuineDelivery } from '../accepted-delivery.ts';
import {
  makeRecorder,
  type RecordDelivery,
  type RecorderParts,
  type Unstarted,
} from '../delivery-recorder.ts';
import { acceptAll, unavailable, type WorkflowObjectOf } from '../dispatch.ts';
import type { Endpoint } from '../endpoint.ts';
import { toFailure, toRequests, unwanted } from '../event-request.ts';
import {
  jsonAnswer,
  otherMethod,
  type Answer,
  type Exchange,
  type Handler,
  type Outcome,
} from '../exchange.ts';
import { judge } from '../judge.ts';
import { readBody } from '../middleware/body.ts';
import { Visitor, type Fetch } from '../visitor.ts';
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

export interface HookParts extends RecorderParts {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly objectOf: WorkflowObjectOf;
  /** Fetches the link by which a vendor has a subscription confirmed. */
  readonly fetchLink: Fetch;
}

/** A delivery on its way through the route. */
interface Receipt {
  readonly endpoint: Endpoint;
  readonly exchange: Exchange;
  readonly delivery: Delivery;
  /** The delivery's id. */
  readonly id: string;
  /** Tells the log of a delivery that started nothing. */
  readonly log: (what: Omit<Unstarted, 'id' | 'receivedAt' | 'latencyMs'>) => void;
  readonly latencyMs: () => number;
}

/** Takes deliveries and answers handshakes, on whichever method the vendor of the source uses. */
export function hookRoute(parts: HookParts): Handler {
  const record = makeRecorder(parts);
  const visitor = new Visitor(parts.fetchLink);
  return async (exchange) => {
    const endpoint = parts.endpoints.get(exchange.param('source'));
    if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
    const { method, url, headers } = exchange.request;
    if (!endpoint.allow.includes(method)) return otherMethod(method, endpoint.allow);
    const receiptOf = openReceipts(endpoint, exchange, record);
    const body = await readBody(exchange.request, endpoint.source.bodyBytesMax);
    if (!body.ok) {
      const { log } = receiptOf(new Delivery({ method, url, headers, body: new Uint8Array() }));
      log({ outcome: 'rejected', ring: 'unproven', reason: body.error.kind, keepsBody: false });
      return body;
    }
    const receipt = receiptOf(new Delivery({ method, url, headers, body: body.value }));
    const { delivery, log } = receipt;
    const judged = await judge(endpoint, delivery, exchange.now);
    const { verdict } = judged;
    if (verdict.outcome === 'handshake') return answerHandshake(verdict, receipt, visitor);
    // Events come by POST alone; an OPTIONS that is no handshake is a plain one.
    if (method === 'OPTIONS') return otherMethod(method, endpoint.allow);
    if (verdict.outcome === 'failed') {
      const { reason } = verdict;
      log({ outcome: 'rejected', ring: 'unproven', reason, keepsBody: !handsOver.has(reason) });
      return err(reason === 'key-unavailable' ? unavailable : { kind: 'not-genuine' });
    }
    if (method !== 'POST') return otherMethod(method, ['POST']);
    return accept(receipt, { verdict, key: judged.key }, parts);
  };
}

/** Reasons that a hand-over of a secret or of a confirming link is refused for: the body has it in it. */
const handsOver: ReadonlySet<FailureReason> = new Set<FailureReason>(['already-paired', 'untrusted-key-url']);

function openReceipts(
  endpoint: Endpoint,
  exchange: Exchange,
  record: RecordDelivery,
): (delivery: Delivery) => Receipt {
  const began = performance.now();
  const receivedAt = exchange.now.getTime();
  const id = formatDeliveryId(receivedAt, crypto.getRandomValues(new Uint8Array(10)));
  const latencyMs = () => Math.round(performance.now() - began);
  return (delivery) => ({
    endpoint,
    exchange,
    delivery,
    id,
    latencyMs,
    log: (what) => {
      record(endpoint, delivery, { ...what, id, receivedAt, latencyMs: latencyMs() }, exchange);
    },
  });
}

/** Answers a handshake once what it brought is kept, or what it asked for is done: a 2xx before would be a promise. */
async function answerHandshake(
  { response, capturedSecret, visit }: Extract<Verdict, { outcome: 'handshake' }>,
  { endpoint, exchange, log }: Receipt,
  visitor: Visitor,
): Promise<Outcome> {
  const logAs = (outcome: 'handshake' | 'rejected', reason: string) => {
    log({ outcome, ring: 'unproven', reason, keepsBody: false });
  };
  if (capturedSecret !== undefined) {
    let isOurs: boolean | undefined;
    try {
      isOurs = await endpoint.paired?.capture(capturedSecret);
    } catch (fault) {
      exchange.report('secret-not-captured', fault);
      return err(unavailable);
    }
    if (isOurs !== true) {
      logAs('rejected', 'already-paired');
      return err({ kind: 'not-genuine' });
    }
  }
  if (visit !== undefined && !(await visitor.visit(visit))) {
    logAs('handshake', 'visit-failed');
    return err(unavailable);
  }
  logAs('handshake', capturedSecret === undefined ? `answered-${response.status}` : 'paired');
  return ok(response);
}

async function accept(
  { endpoint, exchange, delivery, id, latencyMs, log }: Receipt,
  { verdict, key }: { readonly verdict: Extract<Verdict, { key: number }>; readonly key: string | undefined },
  { objectOf, redact }: HookParts,
): Promise<Outcome> {
  const { provider, source } = endpoint;
  const proven = { ring: 'proven', verdict: verdict.outcome, key } as const;
  const events = await readEvents(provider, delivery, { source: source.name, now: exchange.now });
  if (!events.ok) {
    log({ ...proven, outcome: 'rejected', reason: `unreadable-${events.error}`, keepsBody: true });
    return err(toFailure(events.error, endpoint));
  }
  const ids = events.value.map((event) => event.id);
  const requests = toRequests(endpoint, events.value, exchange.traceparent);
  if (!requests.ok) return requests;
  const genuine: GenuineDelivery = {
    id,
    receivedAt: exchange.now.getTime(),
    verdict: verdict.outcome,
    ...(key === undefined ? {} : { key }),
    latencyMs: latencyMs(),
    filtered: unwanted(events.value, requests.value),
    delivery,
  };
  const kept = await withDelivery(endpoint, genuine, requests.value, redact);
  const accepted = await acceptAll(kept, objectOf, exchange);
  if (!accepted.ok) {
    if (accepted.error.kind === 'rate-limited')
      log({ ...proven, outcome: 'throttled', events: ids, keepsBody: true });
    return accepted;
  }
  if (accepted.value.every(({ duplicate }) => duplicate)) {
    const executions = accepted.value.map((execution) => execution.id);
    const outcome = executions.length === 0 ? 'filtered' : 'duplicate';
    log({ ...proven, outcome, events: ids, executions, keepsBody: outcome === 'filtered' });
  }
  if (provider.wantedAnswer !== undefined) return ok(provider.wantedAnswer);
  return ok(toAnswer(id, events.value, requests.value, accepted.value));
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
