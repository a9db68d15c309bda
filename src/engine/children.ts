// Children: the executions that the steps of one have invoked and still wait for.
import { limit } from '../core/limit.ts';
import { readHistory } from './journal.ts';
import type { Ports } from './port.ts';
import type { Stop } from './stop.ts';

/**
 * Cancels those that an execution waits for; returns once each has been told, or `stop` is said.
 * @param compensate whether the rollbacks of their steps run
 */
export async function cancelChildren(
  { store, peers, clock }: Ports,
  serial: number,
  compensate: boolean,
  stop: Stop,
): Promise<void> {
  const { steps } = readHistory(store.readJournal(serial));
  for (const { kind, settled, entries } of steps.values()) {
    const child = entries.find((entry) => entry.type === 'waiting')?.state;
    if (kind !== 'invoke' || settled || child === undefined) continue;
    while (!stop.said) {
      try {
        await peers.cancel(child, compensate);
        break;
      } catch {
        // Out of reach for a moment: another object of this deployment can't be gone.
        await clock.after(limit.alarmRetryMs, stop.signal);
      }
    }
  }
}
