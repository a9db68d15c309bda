// SourceObject: one source's deliveries that started nothing, and the secret that a handshake brought. Off the way of an accepted
// delivery: where it can't be reached, nothing but the log suffers.
import { DurableObject } from 'cloudflare:workers';
import type {
  DeliveryQuestion,
  KeptDelivery,
  KeyUse,
  LoggedDelivery,
  RecordRequest,
  SourceRpc,
} from '../src/core/delivery-log.ts';
import { limit } from '../src/core/limit.ts';
import { Alarm } from './alarm.ts';
import { SourceStore } from './source-store.ts';

export class SourceObject extends DurableObject<object> implements SourceRpc {
  readonly #alarm: Alarm;
  readonly #store: SourceStore;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#alarm = new Alarm(ctx.storage);
    this.#store = new SourceStore(ctx.storage);
    void ctx.blockConcurrencyWhile(async () => this.#alarm.load());
  }

  async record(request: RecordRequest): Promise<void> {
    this.#store.insert(request);
    if (request.bytes !== undefined && request.keepUntil !== undefined) this.#arm(request.keepUntil);
  }

  async deliveries(question: DeliveryQuestion): Promise<LoggedDelivery[]> {
    return this.#store.list({ ...question, max: Math.min(question.max, limit.listMax) });
  }

  async keyUses(): Promise<KeyUse[]> {
    return this.#store.keyUses();
  }

  async capture(sealed: string): Promise<string> {
    return this.#store.capture(sealed);
  }

  async captured(): Promise<string | undefined> {
    return this.#store.captured();
  }

  async forget(): Promise<void> {
    this.#store.forget();
  }

  async delivery(id: string): Promise<KeptDelivery | undefined> {
    return this.#store.read(id, Date.now());
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    // Should it throw, the platform tries six times; the next record arms it again.
    this.#store.dropBodies(Date.now());
    const next = this.#store.nextDrop();
    if (next !== undefined) this.#arm(next);
  }

  /**
   * One alarm serves an hour's bodies: to move it for each would write as many rows again. It is moved where a body's time ends much
   * sooner, as when the source's `keepBodySeconds` was shortened.
   */
  #arm(at: number): void {
    const due = at + limit.deliveryBodyGraceMs;
    const known = this.#alarm.read();
    if (known === undefined || due + limit.deliveryBodyGraceMs < known) this.#alarm.set(due);
  }
}
