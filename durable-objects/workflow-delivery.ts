// Workflow delivery: the SQL by which a workflow object's executions are read as the deliveries that started them. Nothing is
// written for it and there is no index: serials and the ids of deliveries both rise with time.
import { deliveryMoment, firstDeliveryIdAt } from '../src/core/delivery.ts';
import type {
  DeliveryQuestion,
  KeyUse,
  StartedDelivery,
  StartedExecution,
  StartedPage,
} from '../src/core/delivery-log.ts';
import type { EventAttributes } from '../src/core/event.ts';
import { formatExecutionId } from '../src/core/id.ts';
import { limit } from '../src/core/limit.ts';
import { firstSerialAt, serialMoment } from '../src/core/serial.ts';

type Row = { serial: number; event: string; delivery: string | null };

export class WorkflowDeliveries {
  readonly #sql: SqlStorage;
  readonly #workflow: string;
  readonly #shard: number;

  constructor(sql: SqlStorage, workflow: string, shard: number) {
    this.#sql = sql;
    this.#workflow = workflow;
    this.#shard = shard;
  }

  /**
   * Reads executions from the newest back, until no older one can belong to the `max` newest deliveries: an execution is
   * younger than its delivery by `limit.deliveryLagMs` at most.
   */
  page(source: string, { from, before, max }: Omit<DeliveryQuestion, 'outcome'>): StartedPage {
    const rows = this.#sql.exec<Row>(
      'select serial, event, delivery from execution where serial >= ? and serial < ? order by serial desc limit ?',
      serialAt((deliveryMoment(from) ?? 0) - limit.deliveryLagMs),
      serialAt((deliveryMoment(before) ?? Infinity) + limit.deliveryLagMs + 1),
      limit.deliveryScanMax,
    );
    const executions: StartedExecution[] = [];
    /** Ids of deliveries, newest first. */
    const ids: string[] = [];
    let scanned = 0;
    for (const row of rows) {
      scanned += 1;
      const last = ids[max - 1];
      const oldest = firstDeliveryIdAt(serialMoment(row.serial) + limit.deliveryLagMs);
      if (last !== undefined && oldest < last) return { executions, complete: last };
      if (scanned === limit.deliveryScanMax) return { executions, complete: oldest };
      const started = this.#read(row, source);
      if (started === undefined || started.delivery.id < from || started.delivery.id >= before) continue;
      executions.push(started);
      if (!ids.includes(started.delivery.id)) insertSorted(ids, started.delivery.id);
    }
    return { executions, complete: from };
  }

  /** What one delivery has started. */
  of(source: string, id: string): StartedDelivery[] {
    const moment = deliveryMoment(id);
    if (moment === undefined) return [];
    const rows = this.#sql.exec<Row & { data: string; body: ArrayBuffer | null }>(
      `select serial, event, delivery, data, body from execution
       where serial >= ? and serial < ? and json_extract(delivery, '$.id') = ? order by serial`,
      serialAt(moment - limit.deliveryLagMs),
      serialAt(moment + limit.deliveryLagMs + 1),
      id,
    );
    return [...rows].flatMap((row) => {
      const started = this.#read(row, source);
      if (started === undefined) return [];
      return [{ ...started, data: row.data, ...(row.body === null ? {} : { bytes: row.body }) }];
    });
  }

  /** What started these executions; without raw bodies. */
  behind(source: string, serials: readonly number[]): StartedDelivery[] {
    return serials.flatMap((serial) => {
      const query = 'select serial, event, delivery, data from execution where serial = ?';
      const [row] = this.#sql.exec<Row & { data: string }>(query, serial);
      const started = row && this.#read(row, source);
      return row === undefined || started === undefined ? [] : [{ ...started, data: row.data }];
    });
  }

  keyUses(source: string): KeyUse[] {
    return [
      ...this.#sql.exec<{ name: string; at: number }>(
        `select json_extract(delivery, '$.key') as name, max(json_extract(delivery, '$.receivedAt')) as at
         from (select delivery from execution order by serial desc limit ?)
         where json_extract(delivery, '$.source') = ? and json_extract(delivery, '$.key') is not null group by 1`,
        limit.deliveryScanMax,
        source,
      ),
    ];
  }

  #read({ serial, event, delivery }: Row, source: string): StartedExecution | undefined {
    if (delivery === null) return undefined;
    // Both columns are written by workflow-store.ts alone.
    const kept = JSON.parse(delivery) as StartedExecution['delivery'];
    if (kept.source !== source) return undefined;
    const id = formatExecutionId({ workflow: this.#workflow, shard: this.#shard, serial });
    return { id, workflow: this.#workflow, event: JSON.parse(event) as EventAttributes, delivery: kept };
  }
}

/** A serial that SQLite takes as an integer. */
function serialAt(moment: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, firstSerialAt(moment));
}

/** Ids come nearly in order: the place is near the end. */
function insertSorted(ids: string[], id: string): void {
  const at = ids.findLastIndex((known) => known > id) + 1;
  ids.splice(at, 0, id);
}
