// Workflow journal: the SQL by which a workflow object keeps the journals of its executions. One entry is one row.
import type { JournalEntry } from '../src/core/step.ts';

/** The statements of a store, as it runs them: what the platform throws at one is a storage fault. */
export interface Statements {
  /** The rows of a question. */
  read<Row extends Record<string, SqlStorageValue>>(question: string, ...bindings: SqlStorageValue[]): Row[];
  write(statement: string, ...bindings: (string | number | null)[]): void;
}

export class WorkflowJournal {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  read(serial: number): JournalEntry[] {
    const rows = this.#sql.read<{ entry: string; output: string | null }>(
      'select entry, output from journal where execution = ? order by seq',
      serial,
    );
    return rows.map(({ entry, output }) => {
      // Written by append alone.
      const read = JSON.parse(entry) as JournalEntry;
      return output === null ? read : ({ ...read, output } as JournalEntry);
    });
  }

  /** An output has a column of its own: inside the entry's JSON its quotes would be escaped, and it could double in size. */
  append(serial: number, seq: number, entry: JournalEntry): void {
    const output = entry.type === 'completed' ? entry.output : undefined;
    const text = JSON.stringify(output === undefined ? entry : { ...entry, output: undefined });
    this.#sql.write(
      'insert into journal (execution, seq, entry, output) values (?, ?, ?, ?)',
      serial,
      seq,
      text,
      output ?? null,
    );
  }

  length(serial: number): number {
    const [row] = this.#sql.read<{ seq: number }>(
      'select seq from journal where execution = ? order by seq desc limit 1',
      serial,
    );
    return row === undefined ? 0 : row.seq + 1;
  }

  delete(serial: number): void {
    this.#sql.write('delete from journal where execution = ?', serial);
  }
}
