// Evidence: what the vendor, the service and the CRM each know of a run; nothing of it is the word of one about another.
import type { ShownExecution } from '../../src/core/execution.ts';
import type { CrmLogLine } from '../local/crm-book.ts';
import type { Order } from './vendor.ts';

/** One SIGKILL; times in ms since the epoch. */
export interface Kill {
  readonly at: number;
  /** When the service was started again. */
  readonly startedAt: number;
  /** When it listened again. */
  readonly listeningAt: number;
}

export interface Evidence {
  /** What the vendor sent and was answered. */
  readonly orders: readonly Order[];
  /** How many deliveries were answered with each status. */
  readonly answers: ReadonlyMap<number | 'none', number>;
  readonly kills: readonly Kill[];
  /** How often the CRM was killed. */
  readonly crmKills: number;
  /** Every execution that the service has, as it shows them. */
  readonly executions: readonly ShownExecution[];
  /** What the CRM was asked and did. */
  readonly log: readonly CrmLogLine[];
}
