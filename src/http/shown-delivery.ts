// Shown delivery: a delivery of the log as the wire has it, without a secret and without a signature.
import * as z from 'zod';
import { deliveryOutcomes, type KeptRequest } from '../core/delivery.ts';
import type { KeptDelivery, StartedDelivery } from '../core/delivery-log.ts';
import { executionPath } from '../core/execution.ts';
import { encodeBinary } from '../webhooks/encoding.ts';
import { signatureHeaders, type Provider } from '../webhooks/index.ts';
import type { LogEntry } from './delivery-list.ts';

const executionSchema = z.object({ id: z.string(), workflow: z.string().optional(), statusUrl: z.string() });

/** A delivery in a list. */
export const shownDeliverySchema = z.object({
  id: z.string(),
  outcome: z.enum(deliveryOutcomes),
  receivedAt: z.iso.datetime(),
  /** How its sender was proved; absent where it was not. */
  verdict: z.enum(['verified', 'authenticated']).optional(),
  /** Why it started nothing. */
  reason: z.string().optional(),
  /** Name of the secret that matched. */
  key: z.string().optional(),
  latencyMs: z.int(),
  /** Ids of its events, as far as they are known. */
  events: z.array(z.string()),
  /** Ids of its events that no workflow wanted, where others started something. */
  filtered: z.array(z.string()).optional(),
  /** What it started; of a duplicate: what was started before. */
  executions: z.array(executionSchema),
  /** Deliveries before this one that were too many to be recorded. */
  leftOut: z.int().optional(),
  links: z.object({ self: z.string(), replays: z.string() }),
});

/** The body of a 200 of a list. */
export const deliveryListSchema = z.object({ deliveries: z.array(shownDeliverySchema) });

/** The body of a 200 of one delivery. */
export const deliveryDetailSchema = shownDeliverySchema.extend({
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    headersLeftOut: z.int(),
  }),
  /** The raw body: as text where it is UTF-8, else in base64; neither where it is kept no longer, or was not. */
  body: z.object({
    kept: z.boolean(),
    length: z.int(),
    text: z.string().optional(),
    base64: z.string().optional(),
    sha256: z.string().optional(),
  }),
  /** Of a rejected one: what seems to be wrong. */
  diagnosis: z.array(z.looseObject({ kind: z.string(), detail: z.string() })).optional(),
});

type ShownDelivery = z.infer<typeof shownDeliverySchema>;
type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

/** An entry of a list. */
export function showEntry(source: string, entry: LogEntry): ShownDelivery {
  const { id, receivedAt, key, latencyMs } = entry.delivery;
  const self = `/v1/sources/${source}/deliveries/${id}`;
  const shown = {
    id,
    outcome: entry.outcome,
    receivedAt: new Date(receivedAt).toISOString(),
    ...(key === undefined ? {} : { key }),
    latencyMs,
  };
  const links = { self, replays: `${self}/replays` };
  if (entry.outcome === 'accepted') {
    const { executions, delivery } = entry;
    const filtered = executions.flatMap((one) => one.delivery.filtered ?? []);
    return {
      ...shown,
      verdict: delivery.verdict,
      ...(filtered.length === 0 ? {} : { filtered }),
      events: [...new Set(executions.map(({ event }) => event.id))],
      executions: executions.map((one) => ({
        id: one.id,
        workflow: one.workflow,
        statusUrl: executionPath(one.id),
      })),
      links,
    };
  }
  const { reason, verdict, events, executions, leftOut } = entry.delivery;
  return {
    ...shown,
    ...(verdict === undefined ? {} : { verdict }),
    ...(reason === undefined ? {} : { reason }),
    events: [...events],
    executions: executions.map((one) => ({ id: one, statusUrl: executionPath(one) })),
    ...(leftOut === 0 ? {} : { leftOut }),
    links,
  };
}

/**
 * An accepted delivery, of all that it started.
 * @param isKept whether its raw body may still be shown
 */
export function showStarted(
  source: string,
  provider: Provider,
  started: readonly StartedDelivery[],
  isKept: boolean,
  redact: (text: string) => string,
): DeliveryDetail | undefined {
  const [first] = started;
  if (first === undefined) return undefined;
  const main = started.find(({ delivery }) => delivery.request !== undefined) ?? first;
  const holder = started.find(({ delivery: { body } }) => body.kind === 'bytes' || body.kind === 'data');
  const entry = { outcome: 'accepted', delivery: main.delivery, executions: started } as const;
  return {
    ...showEntry(source, entry),
    request: showRequest(provider, main.delivery.request),
    body: showBody(holder ?? main, isKept, redact),
  };
}

function showBody(
  { delivery: { body }, data, bytes }: StartedDelivery,
  isKept: boolean,
  redact: (text: string) => string,
): DeliveryDetail['body'] {
  if (body.kind === 'digest') return { kept: false, length: body.length, sha256: body.sha256 };
  const raw =
    body.kind === 'data'
      ? new TextEncoder().encode(data)
      : bytes === undefined
        ? undefined
        : new Uint8Array(bytes);
  if (raw === undefined) return { kept: false, length: 0 };
  return isKept ? showBytes(raw, redact) : { kept: false, length: raw.byteLength };
}

/** A delivery that started nothing. */
export function showLogged(
  source: string,
  provider: Provider,
  { delivery, bytes }: KeptDelivery,
  redact: (text: string) => string,
): DeliveryDetail {
  const { body, outcome, request } = delivery;
  return {
    ...showEntry(source, { outcome, delivery }),
    request: showRequest(provider, request),
    body:
      bytes === undefined
        ? { kept: false, length: body.length, ...(body.kind === 'digest' ? { sha256: body.sha256 } : {}) }
        : showBytes(new Uint8Array(bytes), redact),
  };
}

function showRequest(provider: Provider, request: KeptRequest | undefined): DeliveryDetail['request'] {
  if (request === undefined) return { method: 'POST', url: '', headers: {}, headersLeftOut: 0 };
  const signatures = signatureHeaders(provider);
  // A signature that the present secret would not make may be the one that the right secret makes.
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    signatures.has(name) ? '[signature]' : value,
  ]);
  const { method, url, headersLeftOut } = request;
  return { method, url, headers: Object.fromEntries(headers), headersLeftOut };
}

function showBytes(bytes: Uint8Array, redact: (text: string) => string): DeliveryDetail['body'] {
  const length = bytes.byteLength;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kept: true, length, text: redact(text) };
  } catch {
    return { kept: true, length, base64: encodeBinary(bytes, 'base64') };
  }
}
