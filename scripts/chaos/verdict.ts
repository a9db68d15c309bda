// Verdict: holds what the vendor, the service and the CRM know against each other. Every sentence it returns is a promise broken.
import { z } from 'zod';
import type { ShownExecution } from '../../src/core/execution.ts';
import type { CrmLogLine } from '../local/crm-book.ts';
import type { Evidence } from './evidence.ts';
import type { Order } from './vendor.ts';

const bodySchema = z.object({ externalId: z.string() });
const answerSchema = z.object({ id: z.string() });
const outputSchema = z.object({ customer: z.string(), order: z.string() });

/** What is wrong, a sentence each; none where every acknowledged event was done, and done once. */
export function judge(evidence: Evidence): string[] {
  return [
    ...judgeAnswers(evidence),
    ...judgeExecutions(evidence),
    ...judgeOrders(evidence),
    ...judgeRequests(evidence),
  ];
}

/** A genuine delivery is acknowledged, in the end; it may be put off, but is never called wrong. */
function judgeAnswers({ orders, answers }: Evidence): string[] {
  const refusals = [...answers]
    .filter(([status]) => status !== 'none' && status >= 400 && status < 500 && status !== 429)
    .map(([status, count]) => `${count} genuine deliveries were answered ${status}`);
  const unanswered = orders
    .filter(({ acks }) => acks.length === 0)
    .map(({ eventId, sends }) => `Event ${eventId} was sent ${sends} times and never acknowledged`);
  return [...refusals, ...unanswered];
}

/** Every event has exactly one execution, it is the one that every 2xx named, and it is completed. */
function judgeExecutions({ orders, executions }: Evidence): string[] {
  const byEvent = Map.groupBy(executions, ({ event }) => event.id);
  const known = new Set(orders.map(({ eventId }) => eventId));
  const strange = executions
    .filter(({ event }) => !known.has(event.id))
    .map(({ id, event }) => `Execution ${id} is for event ${event.id}, which nobody sent`);
  const broken = orders.flatMap((order) => {
    const { eventId, acks } = order;
    const own = byEvent.get(eventId) ?? [];
    const ids = own.map(({ id }) => id);
    const named = new Set(acks.map(({ executionId }) => executionId ?? 'none'));
    if (own.length !== 1) {
      return [
        `Event ${eventId} has ${own.length} executions (${ids.join(', ')}); its 2xx named ${[...named].join(', ')}`,
      ];
    }
    const wrong = [...named].filter((id) => !ids.includes(id));
    const unfinished = own.filter(({ status }) => status !== 'completed');
    return [
      ...wrong.map((id) => `A 2xx for event ${eventId} named execution ${id}, but it has ${ids.join(', ')}`),
      ...unfinished.map(({ id, status, error }) => `Execution ${id} is ${status}: ${JSON.stringify(error)}`),
    ];
  });
  return [...strange, ...broken];
}

/** The CRM made one order for each event, and the execution ended with that one's number; it made none that nobody sent. */
function judgeOrders({ orders, executions, log }: Evidence): string[] {
  const created = Map.groupBy(
    log.filter(({ path, effect }) => path === '/orders' && effect === 'created'),
    ({ body }) => bodySchema.parse(body).externalId,
  );
  const byEvent = new Map(executions.map((execution) => [execution.event.id, execution]));
  const known = new Set(orders.map(({ externalId }) => externalId));
  const strange = [...created.keys()]
    .filter((externalId) => !known.has(externalId))
    .map((externalId) => `The CRM made order ${externalId}, which nobody sent`);
  const broken = orders.flatMap((order) => judgeOrder(order, created.get(order.externalId), byEvent));
  return [...strange, ...broken];
}

function judgeOrder(
  { eventId, externalId }: Order,
  made: readonly CrmLogLine[] = [],
  byEvent: ReadonlyMap<string, ShownExecution>,
): string[] {
  if (made.length !== 1) {
    const keys = made.map(({ key }) => key).join(', ');
    return [`The CRM made order ${externalId} ${made.length} times (keys: ${keys})`];
  }
  const execution = byEvent.get(eventId);
  if (execution?.status !== 'completed') return [];
  const { id } = answerSchema.parse(made[0]?.answer);
  const { order } = outputSchema.parse(execution.output);
  return order === id
    ? []
    : [`Execution ${execution.id} ended with order ${order}, but the CRM made ${id} for it`];
}

/**
 * Every write belongs to a step of an execution by its key, each such step has one effect, and none asked again after its result was
 * journaled.
 */
function judgeRequests({ executions, log }: Evidence): string[] {
  const writes = Map.groupBy(
    log.filter(({ method }) => method !== 'GET'),
    ({ key }) => key?.replaceAll('"', '') ?? 'none',
  );
  const byId = new Map(executions.map((execution) => [execution.id, execution]));
  return [
    ...[...writes].flatMap(([key, requests]) => judgeWrite(key, requests, byId)),
    ...executions.flatMap((execution) => {
      const effects = [0, 1].map((step) => countEffects(writes.get(`${execution.id}.${step}`)));
      return effects.every((count) => count === 1)
        ? []
        : [`Execution ${execution.id} made ${effects.join(' customers and ')} orders in the CRM`];
    }),
  ];
}

function judgeWrite(
  key: string,
  requests: readonly CrmLogLine[],
  byId: ReadonlyMap<string, ShownExecution>,
): string[] {
  const execution = byId.get(key.slice(0, key.lastIndexOf('.')));
  if (execution === undefined) return [`The CRM was asked with key ${key}, which belongs to no execution`];
  const name = requests[0]?.method === 'PUT' ? 'upsert customer' : 'create order';
  const journaledAt = execution.steps.find((step) => step.name === name)?.attempts.at(-1)?.endedAt;
  const late = requests.filter(({ at }) => at > Date.parse(journaledAt ?? ''));
  return late.map(
    ({ method, path }) => `${method} ${path} came with key ${key} after its step was journaled`,
  );
}

function countEffects(requests: readonly CrmLogLine[] = []): number {
  return requests.filter(({ effect }) => effect === 'created').length;
}
