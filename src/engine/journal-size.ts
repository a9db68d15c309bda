// Journal size: what a journal takes in memory when it is read, so that none grows past what an object can read again.
import { limit } from '../core/limit.ts';
import type { JournalEntry, StepError } from '../core/step.ts';

/** V8 keeps a text in one byte a UTF-16 unit, or in two where it has one of these. */
const wide = /[\u0100-\uffff]/;

/** What of an entry may be large: what a step returned, what was sent, why it failed. The rest is bounded by the number of entries. */
export function entryBytes(entry: JournalEntry): number {
  switch (entry.type) {
    case 'completed':
      return entry.output === undefined ? 0 : textBytes(entry.output);
    case 'event-received':
      return textBytes(entry.data);
    case 'attempt-failed':
    case 'faulted':
      return textBytes(entry.error.message);
    case 'cut':
    case 'interrupted':
    case 'waiting':
      return 0;
  }
}

export function journalBytes(entries: readonly JournalEntry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(entry);
  return bytes;
}

/** In bytes, as `limit.journalBytesMax` counts them. */
export function textBytes(text: string): number {
  return wide.test(text) ? text.length * 2 : text.length;
}

/** Why a result is not kept that its execution has no room for. */
export function noRoom(step: string, bytes: number): StepError {
  const message =
    `Cannot keep the result of step '${step}' as the results, events and errors of an execution must be at most ` +
    `${limit.journalBytesMax} bytes together: they would be ${bytes}; store it elsewhere and return where`;
  return { code: 'misuse', name: 'MisuseError', message, step, retryable: false };
}
