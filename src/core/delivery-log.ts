// Delivery log: what a source's own object keeps: deliveries that started nothing, sampled, in rings that overwrite their oldest.
import type { AcceptedDelivery, DeliveryOutcome, KeptRequest } from './delivery.ts';
import type { EventAttributes } from './event.ts';

/**
 * What is kept of the raw body of a delivery that started nothing.
 * - `bytes`: kept for the source's `keepBodySeconds` · `expired`: kept no longer
 * - `digest`: too long, or it may hold a token; SHA-256 in lower-case hex · `left-out`: nothing of it is kept
 */
export type LoggedBody =
  | { readonly kind: 'bytes' | 'expired' | 'left-out'; readonly length: number }
  | { readonly kind: 'digest'; readonly sha256: string; readonly length: number };

/** A delivery that started nothing. Plain data: it crosses RPC. */
export interface LoggedDelivery {
  readonly id: string;
  /** ms since the epoch. */
  readonly receivedAt: number;
  readonly outcome: Exclude<DeliveryOutcome, 'accepted'>;
  /** Why; for the owner only. */
  readonly reason?: string;
  /** How its sender was proved; absent where it was not. */
  readonly verdict?: AcceptedDelivery['verdict'];
  /** Name of the secret that matched. */
  readonly key?: string;
  readonly latencyMs: number;
  /** Ids of its events, as far as it was read. */
  readonly events: readonly string[];
  /** Ids of the executions that an earlier delivery of the same events had started. */
  readonly executions: readonly string[];
  readonly request: KeptRequest;
  readonly body: LoggedBody;
  /** Deliveries of this ring that the same isolate had not recorded since its last record: they were too many. */
  readonly leftOut: number;
}

/** The same with its raw body, as long as that is kept. */
export interface KeptDelivery {
  readonly delivery: LoggedDelivery;
  readonly bytes?: ArrayBuffer;
}

/**
 * Which ring keeps a delivery: what anybody can send shall not push out what only the vendor can.
 * - `proven`: its sender was found genuine · `unproven`: forged, broken, or a handshake
 */
export type Ring = 'proven' | 'unproven';

export interface RecordRequest {
  readonly ring: Ring;
  readonly delivery: LoggedDelivery;
  /** The raw body where `delivery.body` is `bytes`. */
  readonly bytes?: ArrayBuffer;
  /** Until when the bytes are kept, ms since the epoch. */
  readonly keepUntil?: number;
}

/** A question for the newest deliveries of an object, by id: ids sort as the deliveries came. */
export interface DeliveryQuestion {
  readonly outcome?: DeliveryOutcome;
  /** The smallest id that is wanted. */
  readonly from: string;
  /** All ids wanted are smaller. */
  readonly before: string;
  readonly max: number;
}

/** When a secret last proved a delivery, ms since the epoch. */
export interface KeyUse {
  readonly name: string;
  readonly at: number;
}

/** An execution that a delivery started. Plain data: it crosses RPC. */
export interface StartedExecution {
  readonly id: string;
  readonly workflow: string;
  readonly event: EventAttributes;
  /** Its body, if it is `bytes`, is that of {@link StartedDelivery.bytes}. */
  readonly delivery: Omit<AcceptedDelivery, 'body'> & { readonly body: StartedBody };
}

/** {@link AcceptedDelivery.body} without its bytes. */
export type StartedBody =
  | { readonly kind: 'data' | 'shared' }
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'digest'; readonly sha256: string; readonly length: number };

/** The same with what a replay and a close look need. */
export interface StartedDelivery extends StartedExecution {
  /** Its input as JSON text. */
  readonly data: string;
  readonly bytes?: ArrayBuffer;
}

export interface StartedPage {
  /** In no order; of one delivery there may be several. */
  readonly executions: readonly StartedExecution[];
  /** The page has all deliveries whose ids are not smaller than this. */
  readonly complete: string;
}

/** The log's half of a workflow object's RPC. */
export interface DeliveryRpc {
  /** What deliveries of the source have started here, by the deliveries' ids. */
  started(source: string, question: Omit<DeliveryQuestion, 'outcome'>): Promise<StartedPage>;
  /** What one delivery has started here. */
  startedBy(source: string, id: string): Promise<StartedDelivery[]>;
  /** What these executions were started by, as far as they are kept and a delivery of the source started them; without raw bodies. */
  startedAs(source: string, ids: readonly string[]): Promise<StartedDelivery[]>;
  /** Of the newest executions only (`limit.deliveryScanMax`). */
  keyUses(source: string): Promise<KeyUse[]>;
}

/** What a source's object answers over RPC. */
export interface SourceRpc {
  /** Of what it keeps only. */
  keyUses(): Promise<KeyUse[]>;
  /** Keeps a sealed secret if none is kept; gives the one that is kept then. */
  capture(sealed: string): Promise<string>;
  /** The sealed secret; undefined where none was captured. */
  captured(): Promise<string | undefined>;
  /** Forgets the sealed secret, if there is one: the next handshake may bring another. */
  forget(): Promise<void>;
  record(request: RecordRequest): Promise<void>;
  /** Newest first. */
  deliveries(question: DeliveryQuestion): Promise<LoggedDelivery[]>;
  delivery(id: string): Promise<KeptDelivery | undefined>;
}
