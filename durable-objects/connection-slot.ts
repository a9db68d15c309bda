// Connection slots: how many requests of an object await their answer's headers at once. The platform queues the seventh
// (Cloudflare's documentation, 2026): a timeout that ran in that queue would blame the peer for our own crowd.
//
// Those that wait are served host by host in turn, and within a host in the order of asking: a crowd that waits for one slow host does
// not stand before a request to another. A host that is asked alone gets all slots (docs/adr/0007).
import { limit } from '../src/core/limit.ts';

export class ConnectionSlots {
  #free = limit.connectionSlotsMax;
  /** Those that wait, by their hosts; the host whose turn it is comes first. None of them is empty. */
  readonly #queues = new Map<string, Set<() => void>>();

  /**
   * Resolves with the function that gives the slot back, once one is free.
   * Rejects with the signal's reason where it aborts before.
   * @param host where the request goes; those without one are taken for one host
   */
  async take(signal: AbortSignal, host = ''): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal, host);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.#next();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  #turn(signal: AbortSignal, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        const queue = this.#queues.get(host);
        queue?.delete(enter);
        if (queue?.size === 0) this.#queues.delete(host);
        reject(signal.reason);
      };
      const queue = this.#queues.get(host) ?? new Set();
      this.#queues.set(host, queue.add(enter));
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Takes the first of the host whose turn it is out of its queue; the host then has its turn after all others. */
  #next(): (() => void) | undefined {
    const [turn] = this.#queues;
    if (turn === undefined) return undefined;
    const [host, queue] = turn;
    const [first] = queue;
    this.#queues.delete(host);
    if (first !== undefined) queue.delete(first);
    if (queue.size > 0) this.#queues.set(host, queue);
    return first;
  }
}
