// Delivery recorder: tells a source's object of deliveries that started nothing: sampled, after the answer, and without a token.
import type { LoggedBody, LoggedDelivery, Ring, SourceRpc } from '../core/delivery-log.ts';
import { limit } from '../core/limit.ts';
import { hasTokenInBody, keepRequest, type Delivery } from '../webhooks/index.ts';
import { DeliverySampler } from './delivery-sampler.ts';
import { valuesOf, type Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import type { Seal } from './paired-secret.ts';
import { sealCredentials } from './sealed-credential.ts';

/** Reaches the object of a source. */
export type SourceObjectOf = (source: string) => SourceRpc;

export interface RecorderParts {
  readonly sourceObject: SourceObjectOf;
  /** Has work done after the answer. */
  readonly after: (work: Promise<unknown>) => void;
  /** Takes the values of secrets out of a text that is about to be kept. */
  readonly redact: (text: string) => string;
  /** Seals what a rejected delivery showed as its credential. */
  readonly seal: Seal;
}

/** What became of a delivery, beside what its request says. */
export interface Unstarted extends Pick<
  LoggedDelivery,
  'id' | 'receivedAt' | 'outcome' | 'verdict' | 'latencyMs'
> {
  readonly ring: Ring;
  readonly reason?: string;
  readonly key?: string | undefined;
  readonly events?: readonly string[];
  readonly executions?: readonly string[];
  /** False where the body holds what may not be kept, or is too much to be. */
  readonly keepsBody: boolean;
}

export type RecordDelivery = (
  endpoint: Endpoint,
  delivery: Delivery,
  what: Unstarted,
  exchange: Exchange,
) => void;

/** Makes the recorder of one app. Where the object can't be reached, the log lacks an entry and nothing else happens. */
export function makeRecorder({ sourceObject, after, redact, seal }: RecorderParts): RecordDelivery {
  const sampler = new DeliverySampler();
  return (endpoint, delivery, what, exchange) => {
    const { name } = endpoint.source;
    const leftOut = sampler.admit(name, what.ring, what.receivedAt);
    if (leftOut === undefined) return;
    const send = async () => {
      try {
        const request = await toRequest(endpoint, delivery, what, leftOut, redact, seal);
        await sourceObject(name).record(request);
      } catch (fault) {
        exchange.report('delivery-not-recorded', fault);
      }
    };
    after(send());
  };
}

async function toRequest(
  endpoint: Endpoint,
  delivery: Delivery,
  { ring, keepsBody, reason, key, events = [], executions = [], ...what }: Unstarted,
  leftOut: number,
  redact: (text: string) => string,
  seal: Seal,
) {
  const { provider, source, keys } = endpoint;
  const body = await toBody(
    delivery,
    keepsBody && source.keepBodySeconds > 0 && !hasTokenInBody(provider),
    redact,
  );
  // Signatures are kept of what may be judged again, and shown to nobody.
  const kept = keepRequest(provider, delivery, valuesOf(keys), what.outcome === 'rejected', redact);
  const mayBeJudged = ring === 'unproven' && what.outcome === 'rejected' && body.kind === 'bytes';
  const logged: LoggedDelivery = {
    ...what,
    ...(reason === undefined ? {} : { reason }),
    ...(key === undefined ? {} : { key }),
    events: events.slice(0, limit.deliveryIdsMax),
    executions: executions.slice(0, limit.deliveryIdsMax),
    request: mayBeJudged ? await sealCredentials(kept, endpoint, delivery, seal) : kept,
    body,
    leftOut,
  };
  if (body.kind !== 'bytes') return { ring, delivery: logged };
  return {
    ring,
    delivery: logged,
    bytes: new Uint8Array(delivery.body).buffer,
    keepUntil: what.receivedAt + source.keepBodySeconds * 1000,
  };
}

async function toBody(
  delivery: Delivery,
  keeps: boolean,
  redact: (text: string) => string,
): Promise<LoggedBody> {
  const { body } = delivery;
  const length = body.byteLength;
  if (!keeps) return { kind: 'left-out', length };
  const isShort = length <= limit.deliveryBodyBytesMax;
  if (isShort && isClean(body, redact)) return { kind: 'bytes', length };
  return { kind: 'digest', sha256: await delivery.bodySha256(), length };
}

/** Whether no configured secret stands in the body as it is written. */
function isClean(body: Uint8Array, redact: (text: string) => string): boolean {
  const text = new TextDecoder().decode(body);
  return redact(text) === text;
}
