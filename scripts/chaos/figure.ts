// Figures: what is told of a run, whether it went well or not.
import type { ShownExecution } from '../../src/core/execution.ts';
import type { Evidence, Kill } from './evidence.ts';
import { deadMaxMs } from './run.ts';
import type { Order } from './vendor.ts';

/** Names and what is said of each, in the order in which they are told. */
export function figuresOf({
  orders,
  answers,
  kills,
  crmKills,
  executions,
  log,
}: Evidence): [string, string][] {
  const sends = orders.reduce((sum, order) => sum + order.sends, 0);
  const acks = orders.flatMap((order) => order.acks);
  const answered = [...answers].map(([status, count]) => `${count} × ${status}`).join(', ');
  const statuses = Map.groupBy(executions, ({ status }) => status);
  const ended = [...statuses].map(([status, { length }]) => `${length} ${status}`).join(', ');
  const count = (effect: string, start: string) =>
    log.filter((line) => line.effect === effect && line.path.startsWith(start)).length;
  const lasted = executions.map(
    ({ createdAt, endedAt }) => Date.parse(endedAt ?? '') - Date.parse(createdAt),
  );
  return [
    [
      'events',
      `${orders.length}, of which ${orders.filter((order) => order.acks.length > 0).length} acknowledged`,
    ],
    ['deliveries', `${sends}: ${answered}`],
    [
      'acks',
      `${acks.length}, of which ${acks.filter(({ duplicate }) => duplicate === true).length} said duplicate`,
    ],
    [
      'committed, ack lost',
      `${orders.filter(wasCommittedUnheard).length} events, known when they came again`,
    ],
    ['kills', `${kills.length} of the service, ${crmKills} of the CRM`],
    ['executions', `${executions.length}: ${ended}`],
    ['effects', `${count('created', '/orders')} orders, ${count('created', '/customers/')} customers`],
    [
      'replays of keys',
      `${count('replayed', '/orders')} orders, ${count('replayed', '/customers/')} customers`,
    ],
    ['failed attempts', failedAttempts(executions)],
    [
      'slowest recovery',
      `${slowestRecoveryMs(kills, orders)} ms from SIGKILL to a 2xx (dead on purpose: up to ${deadMaxMs} ms)`,
    ],
    [
      'slowest restart',
      `${Math.max(0, ...kills.map(({ startedAt, listeningAt }) => listeningAt - startedAt))} ms from start to listening`,
    ],
    ['accept to end', `${quantile(lasted, 0.5)} ms median, ${quantile(lasted, 1)} ms slowest`],
  ];
}

/** Whether every 2xx said that the event was known: it was committed by a delivery that got none. */
function wasCommittedUnheard({ acks }: Order): boolean {
  return acks.length > 0 && acks.every(({ duplicate }) => duplicate === true);
}

/** The longest from a kill to the next 2xx for a delivery that was sent after it, in ms. */
function slowestRecoveryMs(kills: readonly Kill[], orders: readonly Order[]): number {
  const acks = orders.flatMap((order) => order.acks);
  const recoveries = kills.map(
    (kill) => Math.min(...acks.filter(({ sentAt }) => sentAt > kill.at).map(({ at }) => at)) - kill.at,
  );
  return Math.max(0, ...recoveries);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How many attempts failed, by what they failed of. */
function failedAttempts(executions: readonly ShownExecution[]): string {
  const codes = executions.flatMap(({ steps }) =>
    steps.flatMap(({ attempts }) => attempts.flatMap(({ error }) => error?.code ?? [])),
  );
  const counted = [...Map.groupBy(codes, (code) => code)].map(([code, { length }]) => `${length} ${code}`);
  return counted.join(', ') || 'none';
}
