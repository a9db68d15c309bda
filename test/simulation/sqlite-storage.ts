// SQLite storage: the part of an object's storage that the workflow store uses, on Node's own SQLite: so that the simulated store can
// be held against the real one.

type Value = string | number | null | Uint8Array | ArrayBuffer;
type Row = Record<string, Value>;

/** The part of `node:sqlite` that this needs. */
interface Database {
  exec(statements: string): void;
  prepare(statement: string): { all(...bindings: Value[]): Row[] };
}

interface Builtins {
  getBuiltinModule(name: 'node:sqlite'): { readonly DatabaseSync: new (path: string) => Database };
}

const { process } = globalThis as unknown as { process: Builtins };

/** A storage in memory; what the store does not use is not there. */
export function sqliteStorage(): DurableObjectStorage {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(':memory:');
  let depth = 0;
  const storage = {
    sql: {
      exec(statement: string, ...bindings: Value[]) {
        const rows = database.prepare(statement).all(...bindings);
        const [changes] = database.prepare('select changes() as count').all();
        return Object.assign(rows, {
          toArray: () => rows,
          // Of a statement that writes; without the entries of indices, which the platform counts too.
          rowsWritten: Number(changes?.['count']),
          one: () => {
            const [row] = rows;
            if (row === undefined || rows.length > 1) throw new Error(`expected one row, got ${rows.length}`);
            return row;
          },
        });
      },
    },
    // As the platform has it: savepoints all the way down.
    transactionSync<T>(work: () => T): T {
      depth += 1;
      const name = `savepoint_${depth}`;
      database.exec(`savepoint ${name}`);
      try {
        const result = work();
        database.exec(`release ${name}`);
        return result;
      } catch (error) {
        database.exec(`rollback to ${name}`);
        database.exec(`release ${name}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },
  };
  return storage as unknown as DurableObjectStorage;
}
