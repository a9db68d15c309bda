// Workflow part: the SQL by which a text that no row takes (2 MB; platform, 2026-11) lies in several. A part is one row.
import { limit } from '../src/core/limit.ts';

/** The statements of a store, as it runs them: what the platform throws at one is a storage fault. */
export interface Statements {
  /** The rows of a question. */
  read<Row extends Record<string, SqlStorageValue>>(question: string, ...bindings: SqlStorageValue[]): Row[];
  write(statement: string, ...bindings: (string | number | null)[]): void;
  /** What is written in it is durable together or not at all. */
  transaction<T>(work: () => T): T;
}

/**
 * Stands, in a column of JSON, for a text that goes on in parts. It makes the column no JSON: a version of the code that knows no parts
 * fails to read the row, and leaves it to one that does, rather than taking the beginning for the whole.
 */
export const partsMark = '+';

/** Whose parts they are, where they are no journal entry's: the execution's own output. */
export const outputParts = -1;

const encoder = new TextEncoder();

export class WorkflowParts {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /**
   * Inside the transaction that writes what they belong to.
   * @param seq the journal entry that they belong to, or {@link outputParts}
   */
  write(serial: number, seq: number, parts: readonly string[]): void {
    for (const [at, text] of parts.entries()) {
      this.#sql.write(
        'insert into part (execution, seq, at, text) values (?, ?, ?, ?)',
        serial,
        seq,
        at,
        text,
      );
    }
  }

  read(serial: number, seq: number): string {
    const rows = this.#sql.read<{ text: string }>(
      'select text from part where execution = ? and seq = ? order by at',
      serial,
      seq,
    );
    return rows.map(({ text }) => text).join('');
  }

  delete(serial: number): void {
    this.#sql.write('delete from part where execution = ?', serial);
  }
}

/** Whether a text takes at most so many bytes of UTF-8. */
export function fitsBytes(text: string, bytesMax: number): boolean {
  // Cheap first: a UTF-16 unit is at most three bytes.
  return text.length * 3 <= bytesMax || encoder.encode(text).byteLength <= bytesMax;
}

/** Cuts a text into parts of at most so many bytes of UTF-8 (4 at least), never within a character; the whole where it fits. */
export function splitText(text: string, bytesMax: number = limit.rowTextBytesMax): string[] {
  if (fitsBytes(text, bytesMax)) return [text];
  const parts: string[] = [];
  const room = new Uint8Array(bytesMax);
  for (let at = 0; at < text.length;) {
    // As much as could fit. Where this cuts a pair of surrogates, the half of it takes three bytes: it finds no room, and is left.
    const { read } = encoder.encodeInto(text.slice(at, at + bytesMax), room);
    parts.push(text.slice(at, at + read));
    at += read;
  }
  return parts;
}
