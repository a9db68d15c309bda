// Workflow row: an execution as its row in SQLite has it, and the record that the row is to the engine.
import type { EventAttributes } from '../src/core/event.ts';
import type { StepError } from '../src/core/step.ts';
import { StorageFault } from '../src/engine/error.ts';
import type { ExecutionRecord, ExecutionSummary } from '../src/engine/port.ts';

/** Columns of a list: neither what came in nor what came out, which would be a hundred times 2 MB. */
export const summaryColumns = 'serial, version, event, created_at, status, ended_at';

/** Columns of what the engine knows of an execution: a raw body is not read where nobody asks for it. */
export const executionColumns =
  'serial, key, fingerprint, version, event, data, traceparent, created_at, status, started_at, ended_at, output, error, reason, origin, parent, limits';

export type ExecutionRow = {
  serial: number;
  key: string;
  fingerprint: string | null;
  version: string;
  event: string;
  data: string;
  traceparent: string | null;
  created_at: number;
  status: string;
  started_at: number | null;
  ended_at: number | null;
  output: string | null;
  error: string | null;
  reason: string | null;
  origin: string | null;
  parent: string | null;
  limits: string | null;
};

export type SummaryRow = Pick<
  ExecutionRow,
  'serial' | 'version' | 'event' | 'created_at' | 'status' | 'ended_at'
>;

export function readSummary(row: SummaryRow): ExecutionSummary {
  return {
    serial: row.serial,
    version: row.version,
    // Columns of JSON are written by workflow-store.ts alone.
    event: JSON.parse(row.event) as EventAttributes,
    createdAt: row.created_at,
    status: readStatus(row.status),
    endedAt: row.ended_at ?? undefined,
  };
}

export function readRow(row: ExecutionRow): ExecutionRecord {
  return {
    ...readSummary(row),
    key: row.key,
    fingerprint: row.fingerprint ?? undefined,
    data: row.data,
    traceparent: row.traceparent ?? undefined,
    startedAt: row.started_at ?? undefined,
    output: row.output ?? undefined,
    error: row.error === null ? undefined : (JSON.parse(row.error) as StepError),
    reason: row.reason ?? undefined,
    origin: row.origin ?? undefined,
    parent: row.parent === null ? undefined : (JSON.parse(row.parent) as ExecutionRecord['parent']),
    limits: row.limits === null ? undefined : (JSON.parse(row.limits) as Record<string, number>),
  };
}

export function readStatus(text: string): ExecutionRecord['status'] {
  switch (text) {
    case 'open':
    case 'suspended':
    case 'cancelled':
    case 'faulted':
    case 'completed':
      return text;
    default:
      throw new StorageFault(`unknown status in the object's storage: ${text}`);
  }
}
