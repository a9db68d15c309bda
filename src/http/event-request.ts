// Event request: what the events of a genuine delivery ask of the workflows that listen, and why a delivery can't be read.
import type { AcceptRequest } from '../core/acceptance.ts';
import type { EventAttributes } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { shardOf } from '../core/id.ts';
import { ok, type Result } from '../core/result.ts';
import type { ReceivedEvent, UnreadableReason } from '../webhooks/index.ts';
import { writeData } from './dispatch.ts';
import { findTrigger, type Endpoint } from './endpoint.ts';

/** One request for each event and each workflow that wants it. */
export function toRequests(
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

/** Ids of the events that none of the requests is for. */
export function unwanted(
  events: readonly ReceivedEvent[],
  requests: readonly AcceptRequest[],
): readonly string[] {
  const wanted = new Set(requests.map(({ event }) => event.id));
  return events.map(({ id }) => id).filter((id) => !wanted.has(id));
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

/** The failure of a genuine delivery that can't be read. */
export function toFailure(reason: UnreadableReason, { provider }: Endpoint): Failure {
  if (reason !== 'wrong-type') return { kind: 'body-unreadable', detail: unreadable[reason] };
  const kinds = (provider.events.bodies ?? ['json']).filter((kind) => kind !== 'empty');
  return { kind: 'media-type', accepted: kinds.map((kind) => mediaTypes[kind]) };
}
