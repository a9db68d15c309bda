// Proof: what the CRM's log says about an execution, held against what the execution says about itself.
import { z } from 'zod';
import type { ShownExecution } from '../../src/core/execution.ts';
import type { CrmLogLine } from '../local/crm-book.ts';
import { say, tint } from './terminal.ts';
import { seconds, type Tone } from './timeline.ts';

/** What the CRM answers: an id, how far the indexing is, or an error. */
const answerSchema = z.object({ id: z.string().optional(), status: z.string().optional() });

const toneOf: Record<CrmLogLine['effect'], Tone> = {
  created: 'good',
  replayed: 'busy',
  refused: 'bad',
  read: 'dim',
};

/** Prints the log, a line a request; `from` is the zero of its times, ms since the epoch. */
export function sayLog(log: readonly CrmLogLine[], from: number): void {
  const width = Math.max(...log.map(({ path }) => path.length));
  for (const { at, method, path, key, status, effect, answer } of log) {
    const when = tint('dim', `+${seconds(at - from)}`.padStart(8));
    const { id = '', status: progress = id } = answerSchema.parse(answer);
    const what = tint(toneOf[effect], `${effect.padEnd(8)} ${progress.padEnd(10)}`);
    const shownKey =
      key === null ? '' : tint('dim', ` key ${key.replaceAll('"', '').split('.').slice(-2).join('.')}`);
    say(`   ${when}  ${method.padEnd(4)} ${path.padEnd(width)}  ${status}  ${what}${shownKey}`);
  }
}

/**
 * Checks that nothing was done twice; returns what was proved, a sentence each.
 * @throws {Error} where the log says otherwise.
 */
export function proveOnce(execution: ShownExecution, log: readonly CrmLogLine[]): string[] {
  const orders = log.filter(({ method, path }) => method === 'POST' && path === '/orders');
  const created = orders.filter(({ effect }) => effect === 'created');
  const keys = new Set(orders.map(({ key }) => key));
  if (created.length !== 1 || keys.size !== 1) {
    throw new Error(`The CRM made ${created.length} orders under ${keys.size} idempotency keys.`);
  }
  const customers = log.filter(({ method, path }) => method === 'PUT' && path.startsWith('/customers/'));
  if (customers.length !== 1)
    throw new Error(`The customer, once journaled, was sent ${customers.length} times.`);

  for (const { method, path, at } of log) {
    const step = execution.steps.find(({ name }) => name === stepOf(method));
    const endedAt = step?.attempts.at(-1)?.endedAt;
    if (endedAt === null || endedAt === undefined)
      throw new Error(`No finished step accounts for ${method} ${path}.`);
    if (at > Date.parse(endedAt))
      throw new Error(`${method} ${path} came again after its step was journaled.`);
  }
  const replays = orders.filter(({ effect }) => effect === 'replayed').length;
  return [
    'The customer was journaled before the crash, and was not sent again after it.',
    replays === 0
      ? `The order was sent ${orders.length} times under one Idempotency-Key, and made once.`
      : `The answer to the order was lost in the crash. It was sent again under the same Idempotency-Key: one order.`,
  ];
}

/** The step of order-to-crm that sends such a request. */
function stepOf(method: string): string {
  if (method === 'PUT') return 'upsert customer';
  return method === 'POST' ? 'create order' : 'wait until indexed';
}
