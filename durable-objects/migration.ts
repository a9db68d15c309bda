// Migration: brings an object's tables to the form this code knows, once, in order. Forms are only ever added to: a gradual
// deployment runs two versions of the code at once (Cloudflare's documentation, 2026).

/** Statements of one step; they never change once deployed. */
export type Migration = readonly string[];

/** Runs what has not run yet. `PRAGMA user_version` is refused in objects, so the count is kept in a table. */
export function migrate(storage: DurableObjectStorage, migrations: readonly Migration[]): void {
  const { sql } = storage;
  sql.exec('create table if not exists migration (step integer primary key) strict');
  const done = sql.exec<{ count: number }>('select count(*) as count from migration').one().count;
  if (done >= migrations.length) return;
  storage.transactionSync(() => {
    for (const [step, statements] of migrations.entries()) {
      if (step < done) continue;
      for (const statement of statements) sql.exec(statement);
      sql.exec('insert into migration (step) values (?)', step);
    }
  });
}
