// Load: asks a service from several connections at once, each the next thing as soon as the last is answered; bounded in time and count.
import { type Asked, Connection } from './connection.ts';
import { quantile } from './statistic.ts';

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  /** Requests at most. */
  readonly countMax?: number;
  /** The n-th request. */
  readonly next: (n: number) => string;
  /** Sees each answer. @throws {Error} where it is none that counts. */
  readonly check: (answer: Asked) => void;
}

export interface Load {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** @throws {Error} where an answer is none that counts: a load that fails measures nothing. */
export async function load(origin: string, options: LoadOptions): Promise<Load> {
  const { connections, seconds, countMax = Infinity, next, check } = options;
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(origin)));
  const latencies: number[] = [];
  let sent = 0;
  const began = performance.now();
  const until = began + seconds * 1_000;
  const askOn = async (connection: Connection): Promise<void> => {
    while (sent < countMax && performance.now() < until) {
      const text = next(sent);
      sent += 1;
      const asked = performance.now();
      const answer = await connection.ask(text);
      latencies.push(performance.now() - asked);
      check(answer);
    }
  };
  try {
    await Promise.all(open.map(askOn));
  } finally {
    for (const connection of open) connection.close();
  }
  const took = (performance.now() - began) / 1_000;
  return {
    count: latencies.length,
    perSecond: latencies.length / took,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
