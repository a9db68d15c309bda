// Workflow journal: the SQL by which a workflow object keeps the journals of its executions. One entry is one row, and one more for
// each further part of what it holds.
import { limit } from '../src/core/limit.ts';
import type { JournalEntry } from '../src/core/step.ts';
import { fitsBytes, partsMark, splitText, type Statements, type WorkflowParts } from './workflow-part.ts';

export class WorkflowJournal {
  readonly #sql: Statements;
  readonly #parts: WorkflowParts;

  constructor(sql: Statements, parts: WorkflowParts) {
    this.#sql = sql;
    this.#parts = parts;
  }

  read(serial: number): JournalEntry[] {
    const rows = this.#sql.read<{ seq: number; entry: string; output: string | null }>(
      'select seq, entry, output from journal where execution = ? order by seq',
      serial,
    );
    return rows.map(({ seq, entry, output }) => {
      if (entry.startsWith(partsMark)) {
        return join(entry.slice(partsMark.length), (output ?? '') + this.#parts.read(serial, seq));
      }
      return output === null ? parse(entry) : join(entry, output);
    });
  }

  append(serial: number, seq: number, entry: JournalEntry): void {
    const { text, payload, marked } = part(entry);
    const [first = null, ...parts] = payload === undefined ? [] : splitText(payload);
    const write = () =>
      this.#sql.write(
        'insert into journal (execution, seq, entry, output) values (?, ?, ?, ?)',
        serial,
        seq,
        marked || parts.length > 0 ? partsMark + text : text,
        first,
      );
    if (parts.length === 0) {
      write();
      return;
    }
    this.#sql.transaction(() => {
      write();
      this.#parts.write(serial, seq, parts);
    });
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
    this.#parts.delete(serial);
  }
}

interface Parted {
  /** The entry as JSON, without its payload. */
  readonly text: string;
  /** What has a column of its own: inside the entry's JSON its quotes would be escaped, and it could double in size. */
  readonly payload: string | undefined;
  /** Whether another version of the code would look for the payload in the JSON. */
  readonly marked: boolean;
}

function part(entry: JournalEntry): Parted {
  if (entry.type === 'completed' && entry.output !== undefined) {
    return {
      text: JSON.stringify({ ...entry, output: undefined }),
      payload: entry.output,
      marked: false,
    };
  }
  const text = JSON.stringify(entry);
  if (entry.type !== 'event-received' || fitsBytes(text, limit.rowTextBytesMax)) {
    return { text, payload: undefined, marked: false };
  }
  return { text: JSON.stringify({ ...entry, data: undefined }), payload: entry.data, marked: true };
}

/** Written by {@link part} alone. */
function join(text: string, payload: string): JournalEntry {
  const entry = parse(text);
  return (
    entry.type === 'event-received' ? { ...entry, data: payload } : { ...entry, output: payload }
  ) as JournalEntry;
}

function parse(text: string): JournalEntry {
  return JSON.parse(text) as JournalEntry;
}
