// Contender: one system that is measured, asked in its own dialect. All of them get the same events.
import { createHmac } from 'node:crypto';
import type { Asked } from '../connection.ts';

export interface Contender extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** A request that starts an execution of so many steps that do nothing. Each is another event. */
  readonly start: (count: number) => string;
  /** The id in the answer to it. */
  readonly idOf: (body: string) => string;
  /** Whether a status says that the execution has completed. */
  readonly isDone: (answer: Asked) => boolean;
  readonly status: (id: string) => string;
  /** A request that starts an execution that sleeps for a day. */
  readonly startSleeping: () => string;
  /** Executions whose code has come to its end. */
  readonly ended: () => Promise<number>;
}

/** An obviously fake secret, with which every delivery is signed. */
export const benchSecret = 'fake-bench-secret-0123456789abcdef';

let events = 0;
const firstEvent = Date.now();

/** The body of an event: 1 KiB of JSON under an id of its own. */
export function eventBody(members: Readonly<Record<string, unknown>>): string {
  events += 1;
  const text = JSON.stringify({
    id: `event-${firstEvent}-${events}`,
    type: 'bench.event',
    ...members,
    filling: '',
  });
  return text.replace('"filling":""', `"filling":"${'x'.repeat(Math.max(0, 1_024 - text.length))}"`);
}

/** HMAC-SHA256 of the body, hex. */
export function signatureOf(body: string): string {
  return createHmac('sha256', benchSecret).update(body).digest('hex');
}

export const jsonHeaders = { 'Content-Type': 'application/json' } as const;
