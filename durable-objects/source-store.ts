// Source store: all SQL of a source object.
import type {
  DeliveryQuestion,
  KeptDelivery,
  KeyUse,
  LoggedDelivery,
  RecordRequest,
  Ring,
} from '../src/core/delivery-log.ts';
import { limit } from '../src/core/limit.ts';
import { migrate, type Migration } from './migration.ts';

const migrations: readonly Migration[] = [
  [
    // One row a delivery and no index: a ring is so short that it is read whole.
    `create table delivery (
      place integer primary key,
      turn integer not null,
      id text not null,
      entry text not null,
      body blob,
      body_until integer
    ) strict`,
  ],
  ['create table secret (name text primary key, sealed text not null) strict, without rowid'],
];

/** Where a ring's places begin. */
const offsets: Readonly<Record<Ring, number>> = {
  proven: 0,
  unproven: limit.deliveryRingRowsMax,
};

type DeliveryRow = { id: string; entry: string; has_body: number | null };

export class SourceStore {
  readonly #sql: SqlStorage;
  /** How often each ring has been written to; read back after a restart. */
  readonly #turns = new Map<Ring, number>();

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    migrate(storage, migrations);
  }

  /** Keeps a delivery in the place of the ring's oldest. */
  insert({ ring, delivery, bytes, keepUntil }: RecordRequest): void {
    const turn = this.#nextTurn(ring);
    this.#sql.exec(
      'insert or replace into delivery (place, turn, id, entry, body, body_until) values (?, ?, ?, ?, ?, ?)',
      offsets[ring] + (turn % limit.deliveryRingRowsMax),
      turn,
      delivery.id,
      JSON.stringify(delivery),
      bytes ?? null,
      bytes === undefined ? null : (keepUntil ?? null),
    );
    this.#turns.set(ring, turn + 1);
  }

  list({ outcome, from, before, max }: DeliveryQuestion): LoggedDelivery[] {
    const rows = this.#sql.exec<DeliveryRow>(
      `select id, entry, body is not null as has_body from delivery
       where id >= ?1 and id < ?2 and (?3 is null or json_extract(entry, '$.outcome') = ?3) order by id desc limit ?4`,
      from,
      before,
      outcome ?? null,
      max,
    );
    return [...rows].map(readRow);
  }

  /** A delivery, with its raw body as long as its time is not over: the alarm that drops it may be late. */
  read(id: string, now: number): KeptDelivery | undefined {
    const [row] = this.#sql.exec<DeliveryRow & { body: ArrayBuffer | null }>(
      `select id, entry, iif(body_until > ?2, body, null) as body, body_until > ?2 as has_body from delivery where id = ?1`,
      id,
      now,
    );
    if (row === undefined) return undefined;
    return { delivery: readRow(row), ...(row.body === null ? {} : { bytes: row.body }) };
  }

  keyUses(): KeyUse[] {
    return [
      ...this.#sql.exec<{ name: string; at: number }>(
        `select json_extract(entry, '$.key') as name, max(json_extract(entry, '$.receivedAt')) as at from delivery
         where json_extract(entry, '$.key') is not null group by 1`,
      ),
    ];
  }

  /** Keeps a sealed secret if none is kept: one turn, so that two at once can't both be the first. */
  capture(sealed: string): string {
    this.#sql.exec("insert or ignore into secret (name, sealed) values ('handshake', ?)", sealed);
    return this.captured() ?? sealed;
  }

  captured(): string | undefined {
    const [row] = this.#sql.exec<{ sealed: string }>("select sealed from secret where name = 'handshake'");
    return row?.sealed;
  }

  forget(): void {
    this.#sql.exec("delete from secret where name = 'handshake'");
  }

  /** Forgets the raw bodies whose time is over. */
  dropBodies(now: number): void {
    this.#sql.exec('update delivery set body = null, body_until = null where body_until <= ?', now);
  }

  /** When the next raw body's time is over. */
  nextDrop(): number | undefined {
    return (
      this.#sql.exec<{ next: number | null }>('select min(body_until) as next from delivery').one().next ??
      undefined
    );
  }

  #nextTurn(ring: Ring): number {
    const known = this.#turns.get(ring);
    if (known !== undefined) return known;
    const { last } = this.#sql
      .exec<{ last: number | null }>(
        'select max(turn) as last from delivery where place >= ? and place < ?',
        offsets[ring],
        offsets[ring] + limit.deliveryRingRowsMax,
      )
      .one();
    return last === null ? 0 : last + 1;
  }
}

/** The entry; its body has expired where its bytes are gone. */
function readRow({ entry, has_body: hasBody }: DeliveryRow): LoggedDelivery {
  // Written by `insert` alone.
  const delivery = JSON.parse(entry) as LoggedDelivery;
  const { body } = delivery;
  return body.kind === 'bytes' && hasBody !== 1
    ? { ...delivery, body: { kind: 'expired', length: body.length } }
    : delivery;
}
